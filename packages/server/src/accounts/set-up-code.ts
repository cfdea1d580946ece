import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../runs/ports.ts'

const LIFETIME_MS = 15 * 60_000
const TRIES = 5
/** Crockford's letters: none looks like another one. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export type SetUpCode = {
  /** Whether it is this one, and good still; from then on it is not. Each try counts. */
  use(given: string): 'right' | 'wrong' | 'spent'
}

/** What the first account of a server that others can reach is made with: good once, for 15 minutes, with 5 tries, in memory alone. */
export function createSetUpCode(code: string, clock: Pick<Clock, 'now'>): SetUpCode {
  const expected = digest(code)
  const endsAt = clock.now() + LIFETIME_MS
  let tries = TRIES
  return {
    use(given) {
      if (tries === 0 || clock.now() >= endsAt) return 'spent'
      tries -= 1
      if (!timingSafeEqual(digest(given), expected)) return tries === 0 ? 'spent' : 'wrong'
      tries = 0
      return 'right'
    },
  }
}

/** 128 random bits to be typed: `7K3M-…`, in groups of four. */
export function generateSetUpCode(): string {
  const letters = Array.from(randomBytes(26), (byte) => LETTERS[byte % LETTERS.length])
  return letters.join('').replaceAll(/.{4}(?=.)/g, '$&-')
}

/** Case, spaces and dashes are how it was typed, not what it is. */
function digest(code: string): Buffer {
  return createHash('sha256').update(code.toUpperCase().replaceAll(/[\s-]/g, '')).digest()
}
