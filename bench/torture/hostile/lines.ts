import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** The lines of a stream, one after the other; null at its end. */
export function createLines(stream: Readable): { next(): Promise<string | null> } {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]()
  return {
    async next() {
      const { done, value } = await lines.next()
      return done === true ? null : value
    },
  }
}
