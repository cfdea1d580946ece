import type { Handlers } from './office-package.ts'

/** Text that was moved stands where it went to as well. Stops of tabs are settings of a paragraph, with the name of a sign. */
const unread = new Set(['moveFrom', 'tabs', 'tabLst'])

/**
 * Leaves out what a document holds for readers of another age: of an AlternateContent all but its first alternative, and what was moved
 * away. Without it a text box would be read twice.
 */
export function withoutDoubles({ open, text, close }: Handlers): Handlers {
  /** For each AlternateContent that is open: whether an alternative was read. */
  const chosen: boolean[] = []
  let skippedDepth = 0
  const isSkipped = (name: string) => {
    if (unread.has(name)) return true
    if (name !== 'Choice' && name !== 'Fallback') return false
    const had = chosen.at(-1)
    if (had === false) chosen[chosen.length - 1] = true
    return had === true
  }
  return {
    open(name, tag) {
      if (skippedDepth > 0 || isSkipped(name)) {
        skippedDepth += 1
        return
      }
      if (name === 'AlternateContent') chosen.push(false)
      open?.(name, tag)
    },
    text(part) {
      if (skippedDepth === 0) text?.(part)
    },
    close(name) {
      if (skippedDepth > 0) {
        skippedDepth -= 1
        return
      }
      if (name === 'AlternateContent') chosen.pop()
      close?.(name)
    },
  }
}
