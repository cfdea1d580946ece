import { AppError } from '@reynard/protocol'

/** What callers hear after a restore, or after another server took over: what they hold in memory belongs to data that is gone. */
export function replacedError(): AppError {
  return new AppError(
    'shutting-down',
    'The data was replaced by a restore or taken over by another server, and this one still holds what was there before: it has to start anew.',
    { details: { reason: 'replaced' } },
  )
}
