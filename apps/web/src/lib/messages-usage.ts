import type { UsageKind, UsageRange } from '@reynard/protocol'
import { formatCount } from './format.ts'

const ranges: Record<UsageRange, string> = { day: 'Day', week: 'Week', month: 'Month', year: 'Year', all: 'All' }
const kinds: Record<UsageKind, string> = {
  person: 'People',
  group: 'Groups',
  model: 'Models',
  assistant: 'Assistants',
  tool: 'Tools',
}

/** The words of the console's usage. */
export const usageMessages = {
  title: 'Usage',
  palette: 'Admin: usage',
  refused: 'Usage is closed to you.',
  range: 'Time',
  ranges,
  by: 'Told apart by',
  kinds,
  export: 'Save as CSV',
  total: (requests: number, tokens: string) =>
    `${formatCount(requests)} ${requests === 1 ? 'request' : 'requests'}, ${tokens} tokens`,
  since: (when: string) => `since ${when}`,
  everSince: 'since the first start',
  none: 'Nothing was asked in this time.',
  noneOf: {
    person: 'Nobody asked anything in this time.',
    group: 'Nobody in a group asked anything in this time.',
    model: 'No model was asked in this time.',
    assistant: 'Nothing was asked in this time.',
    tool: 'No tool was called in this time.',
  } satisfies Record<UsageKind, string>,
  groupsHelp: 'Whoever is in several groups counts in each.',
  keptHelp:
    'Requests are answers that people and programs asked for. They are counted when an answer ends, and stay when its chat goes.',
  gone: 'Not here any more',
  noModel: 'No model answered',
  noAssistant: 'Without an assistant',
  share: 'Share',
  requests: 'Requests',
  failed: 'Failed',
  tokensIn: 'Tokens read',
  tokensOut: 'Tokens written',
  mean: 'Mean time',
  calls: 'Calls',
  denied: 'Denied',
  dash: '–',
  phoneRequests: (requests: number, failed: number) =>
    `${formatCount(requests)} ${requests === 1 ? 'request' : 'requests'}${failed > 0 ? `, ${formatCount(failed)} failed` : ''}`,
  phoneTokens: (read: string, written: string) => `${read} read, ${written} written`,
  phoneCalls: (calls: number, failed: number, denied: number) =>
    [
      `${formatCount(calls)} ${calls === 1 ? 'call' : 'calls'}`,
      ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
      ...(denied > 0 ? [`${formatCount(denied)} denied`] : []),
    ].join(', '),
} as const
