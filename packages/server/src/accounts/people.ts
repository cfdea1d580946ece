import {
  countOwners,
  type Db,
  deleteAccessLink,
  deleteMemberships,
  deleteSessions,
  findPerson,
  listInvites,
  listPeople,
  type PersonRow,
} from '@reynard/db'
import { type AccessMode, AppError, type Invite, type Person } from '@reynard/protocol'
import type { Caller, Role } from '../access/access.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../runs/ports.ts'
import type { AccessLinks } from './access-links.ts'
import { keptRole, mayManage, roleOf } from './roles.ts'

/** The end of an address that the page completes: `/join#…` or `/reset#…`. What follows the # is told to no server. */
type OneTimeLink = { path: string; expiresAt: number }

/** What admins do with the people of a server. Who is no owner looks after members alone. */
export type PeopleService = {
  list(caller: Caller): Promise<{ people: Person[]; invites: Invite[] }>
  invite(caller: Caller, role: Role): Promise<OneTimeLink>
  takeBackInvite(caller: Caller, id: string): Promise<void>
  /** A link to set a new password with; made for somebody who forgot theirs. */
  resetLink(caller: Caller, userId: string): Promise<OneTimeLink>
  /** What is open for them ends, so that it counts at once. Throws `conflict` for the last owner. */
  setRole(caller: Caller, userId: string, role: Role): Promise<void>
  /** Takes away all by which they come in. Their chats stay. Throws `conflict` for the last owner. */
  remove(caller: Caller, userId: string): Promise<void>
  /** Ends all of their sessions. */
  signOut(caller: Caller, userId: string): Promise<void>
}

type Options = {
  db: Db
  clock: Pick<Clock, 'now'>
  links: AccessLinks
  audit: Pick<AuditLog, 'entry' | 'together'>
  mode: () => AccessMode
  revoke(test: (caller: Caller) => boolean): void
}

export function createPeopleService({ db, clock, links, audit, mode, revoke }: Options): PeopleService {
  /** One change of owners at a time: two at once could each see the other one left. */
  let changing: Promise<unknown> = Promise.resolve()
  function inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const turn = changing.then(change)
    changing = turn.catch(() => {})
    return turn
  }

  async function managed(caller: Caller, userId: string): Promise<PersonRow> {
    const person = await findPerson(db.kysely, userId)
    if (person === undefined || person.email === null) throw new AppError('not-found', 'There is nobody like this.')
    if (!mayManage(caller.role, roleOf(person.role))) {
      throw new AppError('forbidden', 'Only an owner looks after owners and admins.')
    }
    return person
  }
  function mayGrant(caller: Caller, role: Role): void {
    if (!mayManage(caller.role, role)) throw new AppError('forbidden', 'Only an owner makes owners and admins.')
  }
  async function keepAnOwner(person: PersonRow): Promise<void> {
    if (person.role === 'owner' && (await countOwners(db.kysely)) <= 1) {
      throw new AppError('conflict', 'This is the last owner. Make somebody else one first.')
    }
  }
  const endAllOf = (userId: string) => revoke((caller) => caller.userId === userId)

  return {
    async list(caller) {
      const people = (await listPeople(db.kysely)).map((row) => ({
        userId: row.id,
        name: row.name,
        email: row.email ?? '',
        role: roleOf(row.role),
        createdAt: Number(row.created_at),
        isSelf: row.id === caller.userId,
        manageable: mayManage(caller.role, roleOf(row.role)),
      }))
      const invites = (await listInvites(db.kysely, clock.now())).map(({ id, role, by, created_at, expires_at }) => ({
        id,
        role: roleOf(role),
        by,
        createdAt: Number(created_at),
        expiresAt: Number(expires_at),
      }))
      return { people, invites }
    },
    async invite(caller, role) {
      if (mode() !== 'team') throw new AppError('conflict', 'Create the first account first: your own.')
      mayGrant(caller, role)
      const entry = audit.entry('invite-create', { details: { role } })
      const { token, expiresAt } = await links.create(caller.userId, { kind: 'invite', role: keptRole(role) }, entry)
      return { path: `/join#${token}`, expiresAt }
    },
    async takeBackInvite(caller, id) {
      const invite = (await listInvites(db.kysely, clock.now())).find((one) => one.id === id)
      if (invite === undefined) throw new AppError('not-found', 'This invitation was used, or ran out.')
      mayGrant(caller, roleOf(invite.role))
      await audit.together(
        (tx) => deleteAccessLink(tx, id),
        (gone) => (gone ? audit.entry('invite-remove', { details: { role: roleOf(invite.role) } }) : null),
      )
    },
    async resetLink(caller, userId) {
      await managed(caller, userId)
      const entry = audit.entry('reset-link-create', { subject: userId })
      const { token, expiresAt } = await links.create(caller.userId, { kind: 'reset', userId }, entry)
      return { path: `/reset#${token}`, expiresAt }
    },
    setRole: (caller, userId, role) =>
      inTurn(async () => {
        const person = await managed(caller, userId)
        mayGrant(caller, role)
        if (role !== 'owner') await keepAnOwner(person)
        await db.commit([
          db.kysely
            .updateTable('users')
            .set({ role: keptRole(role), updated_at: clock.now() })
            .where('id', '=', userId),
          // Links that were made under another role say too much, or too little.
          db.kysely.deleteFrom('access_links').where('user_id', '=', userId),
          db.kysely.deleteFrom('access_links').where('created_by', '=', userId),
          audit.entry('role-change', { subject: userId, details: { from: roleOf(person.role), to: role } }),
        ])
        endAllOf(userId)
      }),
    remove: (caller, userId) =>
      inTurn(async () => {
        const person = await managed(caller, userId)
        await keepAnOwner(person)
        const now = clock.now()
        await db.commit([
          db.kysely.deleteFrom('sessions').where('user_id', '=', userId),
          db.kysely.deleteFrom('api_keys').where('user_id', '=', userId),
          db.kysely.deleteFrom('accounts').where('user_id', '=', userId),
          db.kysely.deleteFrom('access_links').where('user_id', '=', userId),
          deleteMemberships(db.kysely, userId),
          // Nor does what they handed out open the door again.
          db.kysely.deleteFrom('access_links').where('created_by', '=', userId),
          db.kysely
            .updateTable('users')
            .set({ email: null, role: 'user', removed_at: now, updated_at: now })
            .where('id', '=', userId),
          audit.entry('person-remove', { subject: userId }),
        ])
        endAllOf(userId)
      }),
    async signOut(caller, userId) {
      await managed(caller, userId)
      await audit.together(
        (tx) => deleteSessions(tx, userId),
        (ended) => audit.entry('person-sign-out', { subject: userId, details: { sessions: ended.length } }),
      )
      revoke((one) => one.userId === userId && one.credential?.id.startsWith('session:') === true)
    },
  }
}
