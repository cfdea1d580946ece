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

/** The words of changes that gather until they are saved. */
export const serverSettingsMessages = {
  changes: (count: number) => plural(count, 'change', 'changes'),
  errors: (count: number) => `${plural(count, 'field needs', 'fields need')} your attention`,
  discard: 'Discard',
  locked: (variable: string) => `Set by ${variable} in the environment`,
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
