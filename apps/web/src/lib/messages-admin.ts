import type { RunEndReason, RunPhase } from '@reynard/protocol'
import { formatBytes, formatCount, formatDuration, formatSpeed, formatTime, formatTokens } from './format.ts'

const plural = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })
const ENDINGS: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
const ordinal = (place: number) => `${place}${ENDINGS[ordinals.select(place)] ?? 'th'}`
const sentenceCase = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)
const toolName = (tool: string | null) => (tool === null ? 'A tool' : sentenceCase(tool.replaceAll('_', ' ')))

const ENDS: Record<RunEndReason, string> = {
  done: 'Done',
  length: 'Done, cut at its length',
  'tool-calls': 'Done, handed calls over',
  stopped: 'Stopped',
  interrupted: 'Interrupted',
  failed: 'Failed',
}

/** The words of the console. */
export const adminMessages = {
  title: 'Admin',
  nav: 'Admin',
  paletteOverview: 'Admin: overview',
  paletteRuns: 'Admin: runs',
  paletteAudit: 'Admin: audit log',
  openNav: 'Open the admin menu',
  skip: 'Skip to the page',
  back: 'Back to chat',
  watch: 'Watch',
  runSection: 'Run',
  overview: 'Overview',
  runs: 'Runs',
  live: 'Live',
  liveCount: (count: number) => `${formatCount(count)} live`,
  range: 'Range',
  ranges: { hour: '1 hour', day: '24 hours', month: '30 days' },
  refused: 'The console is closed to you.',
  connecting: 'Asking the server.',

  enginesAnswer: 'All engines answer.',
  engineAnswers: (label: string) => `${label} answers.`,
  engineSilent: (label: string) => `${label} does not.`,
  noEngine: 'No engine answers.',
  noEngineMore: 'Start Ollama, or download a model for the embedded engine.',
  chooseModel: 'Choose a model',
  nobodyWaits: 'Nobody waits.',
  wait: (count: number) => `${count === 1 ? 'One run waits' : `${formatCount(count)} runs wait`} for a slot.`,
  slower: (now: string, before: string) => `The wait grew to ${now}, from ${before} before.`,
  failedMany: (failed: number, total: number) => `${formatCount(failed)} of ${plural(total, 'run', 'runs')} failed.`,

  runningNow: 'Running now',
  ofSlots: (total: number) => `of ${plural(total, 'slot', 'slots')}`,
  running: 'running',
  inQueue: (count: number) => (count === 0 ? 'none in the queue' : `${formatCount(count)} in the queue`),
  waitForYes: (count: number) => `, ${formatCount(count)} for a yes`,
  speed: 'Speed, all runs',
  speedUnit: 'tokens/s',
  peak: (value: string, at: string) => `peak ${value} at ${at}`,
  noPeak: 'nothing was written',
  firstWord: 'First word, p50',
  latency: 'Whole answer, p50',
  p95: (value: string) => `p95 ${value}`,
  notMeasured: 'nothing measured yet',
  waitP95: 'Wait in queue, p95',
  waitUp: (before: string) => `up from ${before}`,
  waitDown: (before: string) => `down from ${before}`,
  waitSame: (before: string) => `as before, ${before}`,
  waitMiddle: (p50: string) => `p50 ${p50}`,
  failedRuns: 'Failed runs',
  ofRuns: (total: number) => `of ${formatCount(total)}`,
  noRuns: 'no run has ended',
  noneFailed: 'none failed',
  allBy: (cause: string) => `all ${cause}`,
  mostBy: (count: number, cause: string) => `${formatCount(count)} ${cause}`,
  cause: (code: string) =>
    ({
      'out-of-memory': 'out of memory',
      'engine-unreachable': 'engine out of reach',
      'engine-timeout': 'engine too slow',
      'model-missing': 'model missing',
      'no-engine': 'no engine',
    })[code] ?? code.replaceAll('-', ' '),
  stoppedToo: (count: number) => `${formatCount(count)} stopped`,

  chart: 'Tokens per second',
  chartKeys: 'Left and right step through the bars.',
  chartEmpty: 'Nothing was written in this time. When a model answers, it shows up here at once.',
  showTable: 'Show as table',
  showChart: 'Show as chart',
  at: 'Time',
  now: 'now',
  chartSays: (range: string, models: number, now: string, peak: string | null) =>
    `Stacked bars: tokens per second by model in the last ${range}, ${plural(models, 'model', 'models')}, now ${now}${peak === null ? '' : `, most ${peak}`}.`,

  engines: 'Engines',
  allModels: 'All models',
  conditions: {
    ready: 'answers',
    starting: 'starting',
    'no-model': 'no model yet',
    unreachable: 'no answer',
    off: 'off',
  },
  active: 'answers the chats',
  holdsNothing: 'No model in memory',
  memoryOf: (name: string, bytes: number | null) => (bytes === null ? name : `${name} ${formatBytes(bytes)}`),
  free: (bytes: number) => `${formatBytes(bytes)} free`,
  server: 'This server',
  cores: (count: number, bytes: number) => `${plural(count, 'core', 'cores')}, ${formatBytes(bytes)}`,
  cpu: (percent: number | null) => (percent === null ? 'CPU –' : `CPU ${percent}%`),
  memoryUsed: (used: string, whole: string) => `Memory: ${used} of ${whole} used`,
  reynardUses: (bytes: number) => `Reynard ${formatBytes(bytes)}`,
  othersUse: (bytes: number) => `other ${formatBytes(bytes)}`,

  liveRuns: 'Live runs',
  runningQueued: (running: number, queued: number) => `${formatCount(running)} running, ${formatCount(queued)} queued`,
  noLive: 'No run is live. When someone writes to a model, the run shows up here at once.',
  showRuns: 'Show earlier runs',
  who: 'Who',
  chat: 'Chat',
  model: 'Model',
  doing: 'Doing',
  tokens: 'Tokens',
  perSecond: 'Tokens/s',
  lastSeconds: 'Last 30 s',
  time: 'Time',
  actions: 'Actions',
  stop: 'Stop this run',
  stopped: 'Stopped.',
  stoppedAll: (count: number) => `Stopped ${plural(count, 'run', 'runs')}.`,
  open: (title: string) => `Open ${title}`,
  private: 'Private chat',
  gone: 'Deleted chat',
  untitled: 'New chat',
  byApi: 'by REST',
  none: '–',

  phase: (phase: RunPhase, facts: { position: number | null; tool: string | null; promptTokens: number | null }) => {
    switch (phase) {
      case 'queued':
        return facts.position === null ? 'Queued' : `Queued, ${ordinal(facts.position)}`
      case 'starting':
        return facts.promptTokens === null ? 'Starting' : `Reading ${formatTokens(facts.promptTokens)} tokens`
      case 'loading':
        return 'Loading the model'
      case 'thinking':
        return 'Thinking'
      case 'streaming':
        return 'Writing'
      case 'acting':
        return toolName(facts.tool)
      case 'approval':
        return 'Waits for approval'
      case 'ended':
        return 'Ended'
      default:
        return phase satisfies never
    }
  },
  end: (reason: RunEndReason) => ENDS[reason],
  phoneLine: (who: string, doing: string, speed: number | null) =>
    [who, doing.toLowerCase(), speed === null ? null : formatSpeed(speed)].filter((part) => part !== null).join(', '),

  started: 'Started',
  state: 'State',
  find: 'Person, chat or run id',
  findLabel: 'Find runs',
  anyState: 'Any state',
  liveOnly: 'Live',
  anyModel: 'Any model',
  anyUser: 'Anybody',
  anyAssistant: 'Any assistant',
  user: 'Person',
  when: 'Time',
  anyTime: 'Any time',
  times: { hour: 'Last hour', day: 'Last 24 hours', week: 'Last 7 days' },
  more: 'Show more',
  noRunsAtAll: 'No runs yet',
  noRunsAtAllMore: 'When someone writes to a model, the run shows up here at once.',
  noneFound: 'No run fits',
  noneFoundMore: 'Nothing that has ended or lives matches what was chosen.',
  clear: 'Show all runs',
  failedToRead: 'The runs could not be read.',

  details: 'Run details',
  assistant: 'Assistant',
  bareModel: 'None, the model itself',
  modelOn: (model: string, engine: string | null) => (engine === null ? model : `${model} on ${engine}`),
  engineNames: { ollama: 'Ollama', embedded: 'embedded', openai: 'OpenAI' },
  run: 'Run',
  copyRun: 'Copy the run’s id',
  readWritten: 'Read, written',
  readWrittenTokens: (read: number | null, written: number) =>
    `${read === null ? '–' : formatCount(read)} and ${plural(written, 'token', 'tokens')}`,
  firstWordAfter: 'First word',
  openChat: 'Open chat',
  closeDetails: 'Close details',
  whereTime: 'Where the time went',
  stretch: {
    queue: 'Queued',
    load: 'Load',
    prompt: 'Read prompt',
    thinking: 'Thinking',
    writing: 'Writing',
    approval: 'Approval',
  },
  tool: toolName,
  notToScale: 'Hatched: a wait that is drawn shorter than it was.',
  events: 'Events',
  eventFilters: { all: 'All', tools: 'Tools', errors: 'Errors' },
  eventsShown: (shown: number, all: number) => `the last ${formatCount(shown)} of ${formatCount(all)}`,
  noEvents: 'None of this kind.',
  words: 'What it wrote',
  noWords: 'Nothing yet.',
  notYours: (name: string) =>
    `Only ${name === '' ? 'its owner' : name} can read this chat. Numbers and names of tools are shown, no words.`,
  stopRun: 'Stop run',
  stopAllOf: (name: string, count: number) => `Stop all ${formatCount(count)} of ${name === '' ? 'this person' : name}`,
  runGone: 'This run is not here. Its chat may have been deleted.',
  duration: formatDuration,
  timeOf: formatTime,
} as const
