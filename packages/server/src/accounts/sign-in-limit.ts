import { createHash } from 'node:crypto'
import { countSignIn, type Db, forgetSignIns } from '@reynard/db'
import { AppError } from '@reynard/protocol'
import type { Clock } from '../runs/ports.ts'

const WINDOW_MS = 15 * 60_000
/** People behind one address share it; an account is one person's. */
const MOST = { address: 60, account: 10 } as const

export type SignInLimit = {
  /** Counts a try. Throws `too-many-requests` before anything is looked at, for accounts that exist and for others alike. */
  take(address: string | null, email: string | null): Promise<void>
  /** The person got in: their mistakes are forgotten. Those of the address stay. */
  forgive(email: string): Promise<void>
}

/** Tries by address and by account, in the database: a restart forgives nothing. */
export function createSignInLimit(db: Db, clock: Pick<Clock, 'now'>): SignInLimit {
  async function count(subject: string, most: number): Promise<void> {
    const now = clock.now()
    const { attempts, resetsAt } = await countSignIn(db.kysely, { subject, now, windowMs: WINDOW_MS })
    if (attempts <= most) return
    const minutes = Math.ceil((resetsAt - now) / 60_000)
    throw new AppError('too-many-requests', `Too many tries. Try again in ${minutes} min.`, {
      retryAfterMs: resetsAt - now,
    })
  }
  return {
    async take(address, email) {
      if (address !== null) await count(subjectOf('address', network(address)), MOST.address)
      if (email !== null) await count(subjectOf('account', email), MOST.account)
    },
    async forgive(email) {
      await db.commit([forgetSignIns(db.kysely, subjectOf('account', email))])
    },
  }
}

/** One home has many addresses of IPv6: the first 64 bits are its own, however its zeros are written. */
function network(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail ? tail.split(':') : []
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - rest.length }, () => '0')
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':')
}

function subjectOf(kind: 'address' | 'account', value: string): string {
  return `${kind}:${createHash('sha256').update(value).digest('base64url')}`
}
