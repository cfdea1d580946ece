/** Tokens of a conversation that a model keeps in mind where nobody chose: enough for a long chat, and memory stays bounded. */
export const defaultContextTokens = 8192
const smallestWindow = 2048

type Wish = {
  wanted: number
  sequences: number
  budgetBytes: number
  /** The operator chose the window: it is kept, and fewer answers run side by side. */
  pinned: boolean
  stateBytes(contextTokens: number, sequences: number): Promise<number>
}

/**
 * The window and the number of parallel sequences that fit into the budget. Each sequence has a whole window of its own, so five of
 * them on a 4B model cost 6 GB at 8,192 tokens. Order of giving up: parallel answers down to two, then the window (halved, not
 * below 2,048), then the second answer.
 * @returns null where not even one sequence fits
 */
export async function fitWindow(
  wish: Wish,
): Promise<{ contextTokens: number; sequences: number; note: string | null } | null> {
  const windows = [wish.wanted]
  while (!wish.pinned && windows.at(-1)! / 2 >= smallestWindow) windows.push(Math.floor(windows.at(-1)! / 2))
  const atLeastTwo = Math.min(2, wish.sequences)
  for (const fewest of [atLeastTwo, 1]) {
    for (const contextTokens of windows) {
      for (let sequences = wish.sequences; sequences >= fewest; sequences--) {
        if ((await wish.stateBytes(contextTokens, sequences)) > wish.budgetBytes) continue
        return { contextTokens, sequences, note: noteOn(wish, contextTokens, sequences) }
      }
    }
  }
  return null
}

function noteOn(wish: Wish, contextTokens: number, sequences: number): string | null {
  const changes = [
    contextTokens < wish.wanted ? `a window of ${contextTokens} tokens instead of ${wish.wanted}` : null,
    sequences < wish.sequences ? `${sequences} answers at once instead of ${wish.sequences}` : null,
  ].filter((each) => each !== null)
  return changes.length > 0 ? `Memory allows ${changes.join(' and ')}.` : null
}
