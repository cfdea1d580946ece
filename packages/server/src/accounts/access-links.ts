import { randomBytes } from 'node:crypto'
import {
  type Compilable,
  type Database,
  type Db,
  deleteAccessLink,
  findAccessLink,
  insertAccessLink,
} from '@reynard/db'
import { AppError } from '@reynard/protocol'
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../runs/ports.ts'
import { hashSecret } from './hash-secret.ts'

const INVITE_MS = 7 * 24 * 60 * 60_000
const RESET_MS = 24 * 60 * 60_000

type UserRole = Database['users']['role']
type Link = { kind: 'invite'; role: UserRole } | { kind: 'reset'; userId: string }

export type AccessLinks = {
  /** A new link's token: shown this once, kept as a hash. `entry` is committed with it. */
  create(createdBy: string, link: Link, entry: Compilable): Promise<{ token: string; expiresAt: number }>
  /** Throws `not-found` for a link that was used, taken back, or ran out. */
  getInvite(token: string): Promise<{ id: string; role: UserRole }>
  getReset(token: string): Promise<{ id: string; userId: string }>
  /** Throws `not-found` where somebody else was faster. From here on it is used. */
  take(id: string): Promise<void>
}

/** Links that let somebody in once: to make an account, or to set a new password. Whoever has one hands it over; no mail is sent. */
export function createAccessLinks(db: Db, clock: Pick<Clock, 'now'>): AccessLinks {
  async function find(token: string) {
    const row = await findAccessLink(db.kysely, hashSecret(token), clock.now())
    if (row === undefined) throw gone()
    return row
  }
  return {
    async create(createdBy, link, entry) {
      const token = randomBytes(32).toString('base64url')
      const now = clock.now()
      const expiresAt = now + (link.kind === 'invite' ? INVITE_MS : RESET_MS)
      const row = {
        id: uuidv7(),
        kind: link.kind,
        token_hash: hashSecret(token),
        role: link.kind === 'invite' ? link.role : null,
        user_id: link.kind === 'reset' ? link.userId : null,
        created_by: createdBy,
        created_at: now,
        expires_at: expiresAt,
      }
      await db.commit([insertAccessLink(db.kysely, row), entry])
      return { token, expiresAt }
    },
    async getInvite(token) {
      const { id, role } = await find(token)
      if (role === null) throw gone()
      return { id, role }
    },
    async getReset(token) {
      const { id, user_id } = await find(token)
      if (user_id === null) throw gone()
      return { id, userId: user_id }
    },
    async take(id) {
      if (!(await deleteAccessLink(db.kysely, id))) throw gone()
    },
  }
}

function gone(): AppError {
  return new AppError('not-found', 'This link was used, was taken back, or ran out. Ask for a new one.')
}
