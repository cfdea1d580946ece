import { formatCount } from './format.ts'

const plural = (count: number, one: string, many = `${one}s`) => `${formatCount(count)} ${count === 1 ? one : many}`
const scopes: Record<string, string> = { once: 'this once', conversation: 'for the whole chat' }

/** The words of the audit log. What was done stands in the registry of actions. */
export const auditMessages = {
  title: 'Audit log',
  caption: 'Who did what, the newest first',
  find: 'Name, address or what was done',
  filters: 'Filters',
  person: 'Person',
  anyPerson: 'Anybody',
  group: 'What about',
  anyGroup: 'Anything',
  from: 'From',
  to: 'To',
  when: 'When',
  who: 'Who',
  what: 'What',
  where: 'From where',
  outcome: { done: 'Done', refused: 'Refused', failed: 'Failed' },
  export: 'Export',
  exportCsv: 'As CSV',
  exportJson: 'As JSON lines',
  more: 'Show older',
  none: 'Nothing is written down yet.',
  noneMore: 'When somebody signs in, changes a setting or lets a tool act, it shows up here at once.',
  noneFound: 'Nothing fits',
  noneFoundMore: 'No entry has all of these words and choices.',
  clear: 'Show everything',
  failedToRead: 'The log could not be read',
  newEntries: (count: number) => `${plural(count, 'new entry', 'new entries')}`,
  deleted: 'Deleted person',
  visitor: 'Somebody who is not known',
  server: 'Reynard',
  byKey: 'by a key',
  noAddress: '–',
  kept: (days: number) => `Kept for ${plural(days, 'day')}. Nobody can change it, nor delete a part of it.`,
  emptyValue: 'the default',
  /** What an entry says besides, in words; null where it needs none. */
  detail: (name: string, value: string | number | boolean): string | null => {
    switch (name) {
      case 'tries':
        return value === 1 ? null : `${plural(Number(value), 'try', 'tries')} in a quarter of an hour`
      case 'reason':
        return value === 'wrong' ? 'wrong address or password' : String(value)
      case 'with':
        return `with ${value === 'password' ? 'a password' : value}`
      case 'role':
        return `as ${value === 'owner' || value === 'admin' ? 'an' : 'a'} ${value}`
      case 'sessions':
        return plural(Number(value), 'session')
      case 'endedSessions':
        return `${plural(Number(value), 'session')} ended`
      case 'keys':
        return plural(Number(value), 'key')
      case 'runs':
        return plural(Number(value), 'answer')
      case 'rows':
        return plural(Number(value), 'row')
      case 'entries':
        return plural(Number(value), 'entry', 'entries')
      case 'days':
        return plural(Number(value), 'day')
      case 'scopes':
        return `may ${value}`
      case 'scope':
        return scopes[String(value)] ?? String(value)
      case 'secrets':
        return value === true ? 'secrets switched on' : 'secrets switched off'
      case 'added':
      case 'changed':
      case 'removed':
        return `${name} ${value}`
      case 'inGroup':
        return `group ${value}`
      case 'asks':
        return value === true ? 'asked each time' : 'not asked any more'
      case 'engine':
      case 'kind':
      case 'format':
      case 'freed':
      case 'tool':
        return String(value)
      case 'rule':
        return `now ${value}`
      case 'conversation':
        return null
      default:
        return `${name} ${value}`
    }
  },
  change: (from: string, to: string) => `from ${from} to ${to}`,
}
