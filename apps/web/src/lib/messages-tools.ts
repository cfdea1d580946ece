import type { SandboxLevel } from '@reynard/protocol'
import { formatBytes, formatCount, formatDuration, formatTime } from './format.ts'

const plural = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`
/** At most in whole minutes, from 45 s on. */
const wait = (ms: number) => (ms < 45_000 ? `${Math.max(1, Math.ceil(ms / 1000))} s` : `${Math.round(ms / 60_000)} min`)

/** The words of what tools do, in the answer and when they ask. Names, titles and reasons come from tools and models. */
export const toolMessages = {
  stop: 'Stop',
  keeping: 'Keeping the files as they are, to restore them:',
  askAgain: 'Ask again',
  thinking: 'Thinking',
  thought: 'Thought',
  waits: (who: string, wants: string) => `${who} wants to ${wants}`,
  waitsNext: 'after the one above',
  approvedAt: (at: number) => `Approved by you, ${formatTime(at)}`,
  denied: (wants: string) => `Denied: ${wants}`,
  deniedAt: (at: number, note: string | null) =>
    note === null ? `by you, ${formatTime(at)}` : `by you, ${formatTime(at)}: ${note}`,
  nothingChanged: 'Nothing was changed',
  nobodyAnswered: (ms: number) => `nobody answered in ${wait(ms)}`,
  timedOut: (doing: string, ms: number | null) =>
    ms === null ? `${doing} was stopped` : `${doing} was stopped after ${formatDuration(ms)}`,
  timeLimit: 'its time limit',
  testsFailed: (failed: number, of: number) => `${formatCount(failed)} of ${formatCount(of)} failed`,
  testsPassed: (count: number) => `${formatCount(count)} passed`,
  blocked: (why: string) => `Blocked: ${why}`,
  failed: (doing: string) => `${doing} failed`,
  stopped: (doing: string) => `${doing} was stopped`,
  interrupted: (doing: string) => `${doing} was interrupted`,
  unknownTool: 'Asked for a tool that is not here',
  badArguments: (doing: string) => `${doing}: the call was not valid`,
  repeated: (doing: string) => `${doing} was not done again`,
  limit: (doing: string) => `${doing} was not begun`,

  level: {
    none: null,
    L1: 'Ran in an interpreter of its own: no files, no network.',
    L2: 'Ran in a process of its own: no files, no network.',
    L3: 'Ran in a sandbox without network.',
  } satisfies Record<SandboxLevel, string | null>,
  runsIn: {
    none: null,
    L1: 'Runs in an interpreter of its own: no files, no network.',
    L2: 'Runs in a process of its own: no files, no network.',
    L3: 'Runs in a sandbox without network.',
  } satisfies Record<SandboxLevel, string | null>,
  levelName: (level: SandboxLevel) => `Sandbox level ${level}`,
  truncated: 'The model was given a part of this.',
  asked: 'What was asked',
  output: 'Output',
  result: 'Result',
  noOutput: 'It printed nothing.',
  exit: (code: number) => `exit ${code}`,
  showAll: (lines: number) => `Show all ${formatCount(lines)} lines`,
  showFewer: 'Show fewer',
  moreCharacters: (count: number) => `${plural(count, 'more character', 'more characters')}`,
  cut: (lines: number) => `${plural(lines, 'more line is', 'more lines are')} not shown here.`,
  rows: (shown: number, total: number) =>
    shown === total ? plural(total, 'row', 'rows') : `${formatCount(shown)} of ${plural(total, 'row', 'rows')}`,
  sortedBy: (column: string, isDown: boolean) => `sorted by ${column}, ${isDown ? 'highest first' : 'lowest first'}`,
  showRows: (rows: number) => `Show all ${formatCount(rows)} rows`,
  downloadCsv: 'Download CSV',
  wholeTable: 'All of it is in',
  table: (rows: number) => `Table, ${plural(rows, 'row', 'rows')}`,
  empty: '–',
  file: (bytes: number) => (bytes < 1000 ? plural(bytes, 'byte', 'bytes') : formatBytes(bytes)),
  noFiles: 'No files.',
  diff: (path: string, added: number, removed: number) =>
    `Change to ${path}, ${plural(added, 'line', 'lines')} added, ${formatCount(removed)} removed`,
  lines: (from: number, to: number) => (from === to ? `line ${from}` : `lines ${from} to ${to}`),
  copyDiff: 'Copy the change',
  saveFile: (path: string) => `Save ${path}`,
  fileGone: (path: string) => `${path} is not there any more: it was moved or deleted.`,
  fileNotReached: 'The file could not be read. The server was not reached.',
} as const
