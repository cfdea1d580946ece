import { formatCount, formatDuration, formatTokens } from './format.ts'

const plural = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`

/** The words of the settings of this browser. */
export const settingsMessages = {
  title: 'Settings',
  look: 'This browser',
  theme: 'Theme',
  themeHelp: 'System follows this device.',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  keys: 'Keys',
  keysHelp: 'Everything can be done without a mouse.',
  showKeys: 'Show all keys',
  singleKeys: 'Single-character keys',
  singleKeysHelp:
    '? outside of fields, [ and ] on an answer, A and D on a request. Turn them off if you speak to your computer or press keys by accident.',
  data: 'Your chats',
  transfer: 'Export and import',
  dataHelp: 'Chats are kept on this machine only. JSON can be imported again, Markdown is for reading.',
  exportJson: 'Export JSON',
  exportMarkdown: 'Export Markdown',
  import: 'Import',
  engine: 'Engine and defaults',
  models: 'Models',
  modelsHelp: 'What is here, what it takes, and what else would fit this machine.',
  openModels: 'Open models',
  version: (version: string) => `Reynard ${version}`,
} as const

/** The words of the server's settings. */
export const serverSettingsMessages = {
  engine: 'Engine',
  engineHelp: 'Automatic asks Ollama first. Where nothing answers, the embedded engine takes over.',
  engines: { auto: 'Automatic', embedded: 'Embedded', ollama: 'Ollama', openai: 'Other' },
  ollama: 'Ollama address',
  ollamaHelp: 'Where Ollama listens.',
  ollamaOn: 'Ask Ollama',
  ollamaOnHelp: 'Off: Ollama is never asked, and the embedded engine answers.',
  timeout: 'Deadline of a token',
  timeoutHelp: 'How long an engine may take for the first token, and between two. Whole number, 1 to 86,400.',
  seconds: 's',
  concurrent: 'Answers side by side',
  concurrentHelp: 'The most that one engine gets at a time; further ones wait in the queue. Whole number, 1 to 10,000.',
  locked: (variable: string) => `Set by ${variable} in the environment`,
  openai: 'Other server',
  openaiHelp: 'Any server that speaks the OpenAI API, such as vLLM, LM Studio or llama.cpp.',
  notSet: 'Not set',
  defaultModel: 'Default model',
  defaultModelHelp: 'Answers where a chat names none.',
  firstModel: 'Chosen by Reynard',
  systemHelp: 'Given to the model before each conversation that has none of its own.',
  temperatureHelp: (range: string) => `${range} Where nothing is set: what the model recommends, else 0.7.`,
  titles: 'Titles by the model',
  titlesHelp: 'Made in the background, after everything that somebody waits for.',
  changes: (count: number) => plural(count, 'change', 'changes'),
  errors: (count: number) => `${plural(count, 'field needs', 'fields need')} your attention`,
  discard: 'Discard',
  notSavedLeft: 'The changes in Settings are kept there, but not saved',
} as const

/** The words of the page of models. */
export const modelsPageMessages = {
  title: 'Models',
  sentence: (engine: string, model: string) => `${model} answers. Engine: ${engine}.`,
  loadsIn: (ms: number) => `loads in about ${formatDuration(ms)}`,
  here: 'Here',
  unusable: 'Files that cannot be used',
  more: 'Get more',
  lookOnly: 'Where from? Looking here switches nothing: which engine answers is chosen in the',
  toSettings: 'settings.',
  default: 'Default',
  makeDefault: 'Make it the default',
  remove: 'Remove',
  removeTitle: (name: string) => `Remove ${name}?`,
  removeBody: 'The file is deleted from this machine. It can be downloaded again.',
  removed: (name: string) => `Removed ${name}`,
  window: 'Context length',
  windowHelp: (max: number) => `The model was made for ${formatTokens(max)} at most. More takes more memory.`,
  reloads: 'A change reloads the model: the next answer waits for that.',
  saveAndReload: 'Save and reload',
} as const
