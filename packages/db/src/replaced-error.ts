import { AppError } from '@reynard/protocol'

/** What callers hear after a restore: what they hold in memory belongs to data that is gone. */
export function replacedError(): AppError {
  return new AppError(
    'shutting-down',
    'A backup was restored while the server ran. Reload the page; the server starts anew.',
    {
      details: { reason: 'restored' },
    },
  )
}
