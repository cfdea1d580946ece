import { errorInfoOf } from '@reynard/client'
import { messages } from '../../lib/messages.ts'

/** Why a question was not accepted, in words. `retryAt`: when trying again makes sense, in UTC milliseconds; null: at once. `isFinal`: the
 * same text can only be refused again. */
export type SendFailure = { message: string; retryAt: number | null; isFinal: boolean }

/** `now` in UTC milliseconds. */
export function failureOf(error: unknown, now: number): SendFailure {
  const info = errorInfoOf(error)
  if (info === null) return { message: messages.composer.notReached, retryAt: null, isFinal: false }
  const wait = info.retryAfterMs
  return {
    message: info.message,
    retryAt: wait === undefined ? null : now + wait,
    isFinal: info.code === 'bad-request' || info.code === 'content-blocked',
  }
}
