import {
  type Db,
  deleteSessionByHash,
  deleteSessions,
  findPasswordHashOf,
  findPerson,
  LOCAL_OWNER_ID,
} from '@reynard/db'
import {
  type AccessMode,
  AppError,
  type joinSchema,
  type KeysLeft,
  type resetPasswordSchema,
  type setUpSchema,
  type signInSchema,
} from '@reynard/protocol'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { Caller } from '../access/access.ts'
import type { AuditActor, AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../runs/ports.ts'
import type { AccessLinks } from './access-links.ts'
import type { AuthLibrary } from './auth-library.ts'
import { endKeys } from './end-keys.ts'
import { saveAccount, saveFirstAccount, setPassword } from './first-account.ts'
import { hashSecret } from './hash-secret.ts'
import { roleOf } from './roles.ts'
import type { SetUpCode } from './set-up-code.ts'
import type { SignInLimit } from './sign-in-limit.ts'

/** From where somebody asks to come in. */
export type Visitor = { address: string; userAgent: string }
/** The cookies of a new session. */
type Entered = { setCookies: string[] }

/** The ways in: each ends with a session, or with an AppError that says why not. */
export type Entrance = {
  setUp(visitor: Visitor, input: z.infer<typeof setUpSchema>): Promise<Entered>
  signIn(visitor: Visitor, input: z.infer<typeof signInSchema>): Promise<Entered>
  join(visitor: Visitor, input: z.infer<typeof joinSchema>): Promise<Entered>
  /** A new password by a link. All sessions of before end; the person signs in with it. */
  reset(visitor: Visitor, input: z.infer<typeof resetPasswordSchema>): Promise<KeysLeft>
  signOut(visitor: Visitor, caller: Caller): Promise<void>
}

type Options = {
  db: Db
  clock: Pick<Clock, 'now'>
  limit: SignInLimit
  links: AccessLinks
  audit: Pick<AuditLog, 'entry' | 'record' | 'recordRepeated' | 'together'>
  library: () => Promise<AuthLibrary>
  /** Null where none is needed: in local mode only its owner gets here. */
  code: SetUpCode | null
  mode: () => AccessMode
  revoke(test: (caller: Caller) => boolean): void
  onFirstAccount(): void
}

export function createEntrance(options: Options): Entrance {
  const { db, clock, limit, links, audit, library, code, mode, revoke } = options

  function needTeam(): void {
    if (mode() !== 'team') throw new AppError('conflict', 'This server has no accounts yet.')
  }
  async function checkCode(given: string | undefined): Promise<void> {
    if (mode() === 'local') return
    const answer = code?.use(given ?? '') ?? 'spent'
    if (answer !== 'right') await audit.recordRepeated('set-up-failure', '', { outcome: 'refused' })
    if (answer === 'wrong') throw fieldError('code', 'This is not the set-up code.')
    if (answer === 'spent') {
      throw fieldError('code', 'The set-up code is good no more. Start the server again for a new one.')
    }
  }
  const as = (userId: string, { address }: Visitor): AuditActor => ({
    kind: 'person',
    userId,
    credential: null,
    address,
  })
  async function failed({ address }: Visitor, reason: 'wrong' | 'too many tries', subject: string | null = null) {
    const facts = { outcome: 'refused' as const, subject, details: { reason } }
    await audit.recordRepeated('sign-in-failure', `${reason} ${address} ${subject ?? ''}`, facts)
  }
  async function takeTry(visitor: Visitor, email: string): Promise<void> {
    try {
      await limit.take(visitor.address, email)
    } catch (error) {
      await failed(visitor, 'too many tries')
      throw error
    }
  }
  async function enter(visitor: Visitor, email: string, password: string): Promise<Entered & { userId: string }> {
    const before = await findPasswordHashOf(db.kysely, email)
    const entered = await (await library()).signIn({ email, password, ...visitor })
    if (entered !== null && (await findPasswordHashOf(db.kysely, email)) === before) {
      return { setCookies: entered.setCookies, userId: entered.userId }
    }
    // Changed while it was compared: the change ended all sessions but this one, which was not there yet.
    if (entered !== null) await db.commit([deleteSessionByHash(db.kysely, hashSecret(entered.token))])
    const meant = await db.kysely.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst()
    await failed(visitor, 'wrong', meant?.id)
    // One sentence, whatever was wrong: who asks learns of no account.
    throw new AppError('unauthorized', 'The email address or the password is not right.')
  }

  return {
    async setUp(visitor, { code: given, name, email, password }) {
      if (mode() === 'team') throw new AppError('conflict', 'This server has its first account already. Sign in.')
      await checkCode(given)
      const passwordHash = await (await library()).hashPassword(password)
      const entry = audit.entry('set-up', {
        by: as(LOCAL_OWNER_ID, visitor),
        details: { with: mode() === 'local' ? 'this machine' : 'the set-up code' },
      })
      await saveFirstAccount(db, clock, { name, email, passwordHash }, entry)
      options.onFirstAccount()
      return await enter(visitor, email, password)
    },
    async signIn(visitor, { email, password }) {
      needTeam()
      await takeTry(visitor, email)
      const entered = await enter(visitor, email, password)
      await audit.record('sign-in', { by: as(entered.userId, visitor), details: { with: 'password' } })
      await limit.forgive(email)
      return entered
    },
    async join(visitor, { token, name, email, password }) {
      needTeam()
      await limit.take(visitor.address, null)
      const { id, role } = await links.getInvite(token)
      const passwordHash = await (await library()).hashPassword(password)
      await db.kysely
        .selectFrom('users')
        .select('id')
        .where('email', '=', email)
        .executeTakeFirst()
        .then((there) => {
          if (there) throw fieldError('email', 'This address has an account here. Sign in with it.')
        })
      await links.take(id)
      const userId = uuidv7()
      const entry = audit.entry('invite-accept', { by: as(userId, visitor), details: { role: roleOf(role) } })
      await saveAccount(db, clock, { userId, name, email, role, passwordHash }, entry)
      return await enter(visitor, email, password)
    },
    async reset(visitor, { token, password, revokeKeys }) {
      needTeam()
      await limit.take(visitor.address, null)
      const { id, userId } = await links.getReset(token)
      const passwordHash = await (await library()).hashPassword(password)
      await links.take(id)
      const entry = audit.entry('password-reset', { by: as(userId, visitor) })
      await db.commit([...setPassword(db, userId, passwordHash, clock.now()), entry])
      await deleteSessions(db.kysely, userId)
      revoke((caller) => caller.userId === userId && caller.scopes === null)
      // Who forgot it has often tried too often.
      const email = (await findPerson(db.kysely, userId))?.email
      for (const subject of [userId, email]) if (subject) await limit.forgive(subject)
      return await endKeys({ audit, revoke, by: as(userId, visitor) }, { userId, isWanted: revokeKeys })
    },
    async signOut({ address }, { userId, credential }) {
      if (credential === null || !credential.id.startsWith('session:')) return
      const by: AuditActor = { kind: 'person', userId, credential: credential.id, address }
      await audit.together(
        (tx) => deleteSessions(tx, userId, { only: credential.id.slice('session:'.length) }),
        ({ length }) => (length === 0 ? null : audit.entry('sign-out', { by })),
      )
      revoke((caller) => caller.credential?.id === credential.id)
    },
  }
}

function fieldError(field: string, message: string): AppError {
  return new AppError('bad-request', message, { details: { field } })
}
