import { AppError } from '@reynard/protocol'

/** What callers hear after a restore: what they hold in memory belongs to data that is gone. */
export function replacedError(): AppError {
  return new AppError(
    'shutting-down',
    'A backup was restored, and this server still holds what was there before: it has to start anew.',
    {
      details: { reason: 'restored' },
    },
  )
}
