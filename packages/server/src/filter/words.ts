import type { FilterPlace } from '@reynard/protocol'
import type { Blocked } from './filter-stream.ts'

/** What was found is never said: only the rule, by its name. */
export function blockedMessage({ rule }: Blocked, place: FilterPlace): string {
  if (rule === null) {
    return 'The rules of this server’s content filter would take too long on this text, so it goes no further. Whoever runs the server can make them simpler.'
  }
  const name = `the rule “${rule.name}” of this server’s content filter`
  switch (place) {
    case 'input':
      return `This was not sent: ${name} blocks it. Take out what it is about, and send it again.`
    case 'output':
      return `The answer ends here: ${name} blocks what came next.`
    case 'tools':
      return `This call was not made: ${name} blocks what it was to be given. Go on without that.`
  }
}
