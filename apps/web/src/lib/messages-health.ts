import { formatCount } from './format.ts'

/** The words of the console's health. */
export const healthMessages = {
  title: 'Health',
  palette: 'Admin: health',
  again: 'Look again',
  looking: 'Looking at each part, 5 s at most.',
  allWell: 'All parts are well.',
  notWell: (count: number, total: number) =>
    `${formatCount(count)} of ${formatCount(total)} parts ${count === 1 ? 'needs' : 'need'} a look.`,
  failed: 'The parts could not be looked at.',
  states: { ok: 'Well', warning: 'Look at it', bad: 'Not well' },
  list: 'Parts',
  took: (ms: number) => `${formatCount(ms)} ms`,
  websocket: 'WebSocket',
  opened: (ms: number, host: string) => `Opened to ${host} in ${formatCount(ms)} ms, the way that this page came.`,
  notOpened: (host: string) => `Could not be opened to ${host} within 5 s. Pages fall back to slower streams.`,
  websocketAdvice: 'Let the proxy in front pass upgrades on /api/trpc; docs/troubleshooting.md says how.',
  browserClock: 'Clock of this browser',
  clockOff: (seconds: number) =>
    seconds < 1 ? 'Less than a second apart from the server.' : `${formatCount(seconds)} s apart from the server.`,
  clockAdvice: 'Set the clock of this device or of the server by the network: times in chats depend on it.',
  bundle: 'For a bug report',
  bundleHelp:
    'A zip with versions, settings, these checks, counts of rows and the last lines of the log. It holds no secret and no text of a chat. It is not sent anywhere.',
  save: 'Save the bundle',
  saving: 'Putting it together',
} as const
