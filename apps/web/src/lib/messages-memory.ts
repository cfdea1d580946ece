import { formatCount, formatTokens } from './format.ts'

const plural = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`

/** The words of memory, of summaries, and of the parts of the context window. They come with their parts, after the first load. */
export const memoryMessages = {
  title: 'Memory',
  help: 'What is remembered of you across chats. Only what you add or accept.',
  open: 'Memory',
  sentence:
    'Facts that your chats can come back to. You add them here, or an assistant proposes one and you accept it. What belongs to a question is given to the model with it, and the answer says so.',
  local: 'They are kept on this server, and only the model that answers reads them.',
  enabled: 'Use memory in chats',
  enabledHelp: 'Off: nothing is recalled and nothing proposed. What is here stays. Each chat has a switch of its own.',
  notAllowed: 'Memory is switched off on this server (OLLAMA_CONTEXT_AWARENESS). What is here stays, and is not used.',
  toSettings: 'Settings',
  add: 'Add',
  addLabel: 'A fact to remember',
  addPlaceholder: 'My project is called Foxglove.',
  added: 'Remembered',
  search: 'Search memories',
  count: (count: number) => plural(count, 'memory', 'memories'),
  none: 'Nothing is remembered yet.',
  noneFound: 'No memory has these words.',
  more: 'Show more',
  loadFailed: 'The memories could not be read.',
  byYou: 'Added by you',
  fromChat: (title: string) => `From “${title}”`,
  fromDeleted: 'From a chat that was deleted',
  youWrote: (quote: string) => `You wrote: “${quote}”`,
  on: (day: string) => day,
  edit: 'Edit',
  editOne: (text: string) => `Edit: ${text}`,
  delete: 'Delete',
  deleteOne: (text: string) => `Delete: ${text}`,
  deleted: 'Memory deleted',
  save: 'Save',
  cancel: 'Cancel',
  used: (count: number) => `Used ${plural(count, 'memory', 'memories')}`,
  usedHelp: 'Given to the model with this question.',
  openMemory: 'Open memory',
  whereSaid: 'Where you said it',
  summarised: (messages: number, tokens: number) =>
    `${plural(messages, 'earlier message is', 'earlier messages are')} summarised · ${formatTokens(tokens)} tokens`,
  summaryHelp: 'The model reads this instead of the messages above.',
  edited: 'edited',
  showSummary: 'Show summary',
  hideSummary: 'Hide summary',
  summaryLabel: 'Summary',
  removeSummary: 'Remove summary',
  summaryRemoved: 'Summary removed. The messages are read again, and this chat is summarised no more.',
  chatMemory: 'Memory',
  chatMemoryHelp: 'Recalls what you wanted remembered, and lets an assistant propose more.',
  chatSummaries: 'Summarise earlier messages',
  chatSummariesHelp: 'Before the window is full, in the background. You see the text and can change it.',
  awareness: 'Memory and summaries',
  awarenessHelp: 'Off for everybody: nothing is recalled across chats, and long chats are not summarised.',
} as const

/** The parts of the window. */
export const contextMessages = {
  tools: 'Tools',
  toolsLeftOut: (count: number) => `${plural(count, 'tool', 'tools')} left out: the model was not told of them.`,
  otherTools: 'Others',
  toolMode: {
    native: 'The model calls tools in its own format.',
    constrained: 'This model has no format of its own for tools: they are chosen from a list, one a step.',
  },
  memory: 'Memory',
  summary: (messages: number) => `Summary of ${plural(messages, 'message', 'messages')}`,
  files: 'Files',
  calibrated: 'Parts are estimates, calibrated by what this model counted before.',
} as const
