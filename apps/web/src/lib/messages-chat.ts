import { formatBytesOf, formatCount, formatDuration, formatSpeed, formatTokens } from './format.ts'

const plural = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`
const ORDINALS = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth', 'Ninth', 'Tenth']

function ordinal(place: number): string {
  const end = place % 100 >= 11 && place % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th')
  return ORDINALS[place - 1] ?? `${formatCount(place)}${end}`
}

/** The words of the transcript and the composer. */
export const chatMessages = {
  conversation: 'Conversation',
  turn: (who: string, time: string) => `${who}, ${time}`,
  you: 'You',
  copyCode: 'Copy code',
  copyFailed: 'The browser gave no access to the clipboard.',
  nothingToCopy: 'The last answer has no text.',
  code: 'Code',
  codeIn: (language: string) => (language === 'Code' ? 'Code' : `${language} code`),
  table: 'Table',
  picture: 'Picture',
  taskDone: 'Done',
  taskOpen: 'Open',
  loadFailed: 'This chat could not be read.',

  queued: (place: number) => `${ordinal(place)} in line`,
  queuedEta: (ms: number) => `about ${formatDuration(wholeSeconds(ms))}`,
  queuedInEngine: 'waits inside the engine for its turn',
  waitsForModel: 'The model is on its way',
  waitsForAnyModel: 'Waiting for a model',
  getModel: 'Get a model',
  waitsForModelMore: 'This question is kept, and sent as soon as a model is here.',
  waitsForModelProgress: (label: string, received: number, total: number | null) =>
    total === null ? `Downloading ${label}` : `Downloading ${label}, ${formatBytesOf(received, total)}`,
  leaveQueue: 'Leave the queue',
  leaveQueueShort: 'Take it back',
  loading: (model: string) => `Loading ${model}`,
  loadingFor: (elapsedMs: number, usualMs: number | null) =>
    usualMs === null
      ? formatDuration(wholeSeconds(elapsedMs))
      : `${formatDuration(wholeSeconds(elapsedMs))}, usually ${formatDuration(usualMs)}`,
  showMore: 'Show more',
  showLess: 'Show less',
  starting: 'Starting',
  reading: (tokens: number) => `Reading ${plural(tokens, 'token', 'tokens')}`,
  readingFrom: (count: number, elapsedMs: number) => {
    const from = `from ${plural(count, 'message', 'messages')}`
    return elapsedMs < 1_000 ? from : `${from}, ${formatDuration(wholeSeconds(elapsedMs))}`
  },
  thinking: (elapsedMs: number) => `Thinking, ${formatDuration(wholeSeconds(elapsedMs))}`,
  thought: (ms: number) => `Thought for ${ms < 1000 ? 'under 1 s' : formatDuration(ms)}`,
  took: formatSeconds,
  wholeSeconds: (ms: number) => formatDuration(wholeSeconds(ms)),
  speed: formatSpeed,
  /** `choosing`: tokens besides, of choosing between tools. */
  summary: (tokens: number, choosing: number, ms: number | null) =>
    [
      plural(tokens, 'token', 'tokens'),
      ...(choosing > 0 ? [`and ${choosing} to choose`] : []),
      ...(ms === null ? [] : [formatSeconds(ms)]),
    ].join(', '),
  detail: {
    engine: 'Engine',
    model: 'Model',
    asked: 'Asked for',
    prompt: 'Read',
    completion: 'Written',
    choosing: 'To choose',
    speed: 'Speed',
    first: 'First word after',
    load: 'Model load',
    temperature: 'Temperature',
    window: 'Window',
    tools: 'Tools',
    toolMode: { native: 'called by the model itself', constrained: 'chosen from a list, one a step' },
    tokens: (count: number) => plural(count, 'token', 'tokens'),
  },
  engineName: { ollama: 'Ollama', embedded: 'Embedded', openai: 'Other server' },

  stopped: 'You stopped this answer.',
  stoppedByAdmin: 'An admin stopped this answer.',
  interrupted: 'The server restarted.',
  interruptedMore: 'Everything up to here is kept.',
  length: (tokens: number | null) =>
    tokens === null ? 'The answer reached its length.' : `The answer reached ${plural(tokens, 'token', 'tokens')}.`,
  failed: 'The answer failed.',
  noText: 'The model ended without a word.',
  toolCallsOnly: 'The model asked for a tool. Tools are not part of this chat.',
  continue: 'Continue',
  continued: (time: string, model: string | null) =>
    model ? `Continued at ${time} by ${model}` : `Continued at ${time}`,
  retry: 'Retry',
  changeModel: 'Change model',
  whatHelps: 'What helps',
  otherModel: (missing: string, model: string) => `${missing} is not here. ${model} answered.`,
  dropped: (count: number) =>
    count === 1 ? '1 early message was left out.' : `${formatCount(count)} early messages were left out.`,
  droppedMore: (count: number) => (count === 1 ? 'The model does not see it.' : 'The model does not see them.'),
  tooLong: (used: number, budget: number) =>
    `This is longer than the window: about ${formatTokens(used)} of ${formatTokens(budget)} tokens.`,
  tooLongMore: 'The model sees a part of it. Shorten it, or give the model a larger window.',
  showWhich: 'Show which',
  hideWhich: 'Hide',

  copyAnswer: 'Copy the answer',
  copyQuestion: 'Copy the question',
  editQuestion: 'Edit the question',
  editField: 'Your question',
  ask: 'Ask',
  editKept: 'Your changes are kept in the edit',
  again: 'Answer again',
  againWith: 'Answer again with another model',
  more: 'More',
  delete: 'Delete',
  deletedAnswer: 'Deleted the answer',
  deletedQuestion: 'Deleted the question and what follows',
  branch: (index: number, count: number) => `${index} of ${count}`,
  previousBranch: 'Previous version',
  nextBranch: 'Next version',
  noAnswer: 'This question has no answer.',

  newText: 'New text below',
  toLatest: 'Jump to latest',
  announceDone: (tokens: number) => `Answer finished, ${plural(tokens, 'token', 'tokens')}`,
  announceEnded: {
    stopped: 'Answer stopped',
    interrupted: 'Answer interrupted',
    failed: 'Answer failed',
    length: 'The answer reached its length',
  },
} as const

/** Beside other answers one unit reads best: 0.9 s, 4 s. */
function formatSeconds(ms: number): string {
  return ms < 100 ? '<0.1 s' : ms < 950 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(wholeSeconds(ms))
}

function wholeSeconds(ms: number): number {
  return Math.max(1000, Math.floor(ms / 1000) * 1000)
}
