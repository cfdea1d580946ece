import {
  type Db,
  deleteGroup,
  deleteGroupApproval,
  deleteGroupMember,
  findPerson,
  insertGroup,
  insertGroupMember,
  listAccessRules,
  listGroupApprovals,
  listGroupMembers,
  listGroups,
  putAccessRule,
  putGroupApproval,
  updateGroup,
} from '@reynard/db'
import {
  type AccessMode,
  type AccessRule,
  AppError,
  type createGroupSchema,
  EVERYONE,
  type Group,
  type GroupApproval,
  type Resource,
  type setAccessSchema,
  type setGroupApprovalSchema,
  type setMemberSchema,
  type updateGroupSchema,
} from '@reynard/protocol'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { AssistantKit } from '../assistants/assistant-kit.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../runs/ports.ts'
import { type GroupDirectory, resourceName } from './group-directory.ts'

/** What admins do with groups and with what is for them. Each change counts from the moment that it is acknowledged. */
export type GroupService = {
  list(): Promise<Group[]>
  /** Throws `conflict` naming the field where there is a group of this name, and where nobody signs in yet. */
  create(input: z.output<typeof createGroupSchema>): Promise<{ id: string }>
  update(input: z.output<typeof updateGroupSchema>): Promise<void>
  /** What was for it alone is for nobody then, until an admin says otherwise. */
  remove(id: string): Promise<void>
  setMember(input: z.output<typeof setMemberSchema>): Promise<void>
  /** What is not for everybody. */
  access(): Promise<AccessRule[]>
  setAccess(input: z.output<typeof setAccessSchema>): Promise<void>
  approvals(): Promise<GroupApproval[]>
  setApproval(input: z.output<typeof setGroupApprovalSchema>): Promise<void>
}

type Options = {
  db: Db
  kit: AssistantKit
  directory: Pick<GroupDirectory, 'reload'>
  clock: Pick<Clock, 'now'>
  /** Each change stands in it, in the commit of the change itself. */
  audit: Pick<AuditLog, 'entry'>
  mode: () => AccessMode
  /** Told after each change that counts: open pages read again what is theirs. */
  onChange(): void
}

const mostGroups = 200

export function createGroupService({ db, kit, directory, clock, audit, mode, onChange }: Options): GroupService {
  /** On a server without accounts there is nobody to tell apart, and who runs it must not lock themselves out. */
  function needTeam(): void {
    if (mode() !== 'team') throw new AppError('conflict', 'Create the first account first: your own.')
  }
  async function save(statements: Parameters<Db['commit']>[0]): Promise<void> {
    await db.commit(statements)
    await directory.reload()
    onChange()
  }
  /** Their names, in the same order. */
  async function namesOf(ids: readonly string[]): Promise<string[]> {
    const there = new Map((await listGroups(db.kysely)).map(({ id, name }) => [id, name]))
    there.delete(EVERYONE)
    return ids.map((id) => {
      const name = there.get(id)
      if (name === undefined) throw new AppError('not-found', 'This group is not here. It may have been removed.')
      return name
    })
  }
  async function nameOf(id: string): Promise<string> {
    const [name = ''] = await namesOf([id])
    return name
  }
  const about = (id: string, name: string) => ({ kind: 'group', id, name })
  /** A model may come later, or again; what is made here is known. */
  function mustBeKnown({ kind, name }: Pick<Resource, 'kind' | 'name'>): void {
    const known =
      (kind === 'tool' && kit.tools.some((tool) => tool.name === name)) ||
      (kind === 'assistant' && kit.assistants.some(({ id }) => id === name))
    if (!known && (kind === 'tool' || kind === 'assistant')) {
      throw new AppError('bad-request', `There is no ${kind} named ${name} on this server.`)
    }
  }
  /** Of two that take one name at once the database lets one through. */
  async function withName(name: string, id: string | null, statements: Parameters<Db['commit']>[0]): Promise<void> {
    const taken = new AppError('conflict', `There is a group named ${name}. Take another name.`, {
      details: { field: 'name' },
    })
    const key = nameKey(name)
    if ((await listGroups(db.kysely)).some((group) => group.name_key === key && group.id !== id)) throw taken
    await save(statements).catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'conflict' ? taken : error
    })
  }

  return {
    async list() {
      const [groups, members] = await Promise.all([listGroups(db.kysely), listGroupMembers(db.kysely)])
      return groups.map(({ id, name, description, created_at }) => ({
        id,
        name,
        description,
        createdAt: Number(created_at),
        members:
          id === EVERYONE
            ? null
            : members.flatMap((row) => (row.group_id === id ? { userId: row.user_id, name: row.name } : [])),
      }))
    },
    async create({ name, description }) {
      needTeam()
      if ((await listGroups(db.kysely)).length > mostGroups) {
        throw new AppError('conflict', `There are ${mostGroups} groups already. Remove one that is not used.`)
      }
      const [id, now] = [uuidv7(), clock.now()]
      const row = { id, name, name_key: nameKey(name), description, created_at: now, updated_at: now }
      const entry = audit.entry('group-create', { object: about(id, name) })
      await withName(name, id, [insertGroup(db.kysely, row), entry])
      return { id }
    },
    async update({ id, name, description }) {
      const before = await nameOf(id)
      const patch = {
        ...(name !== undefined && { name, name_key: nameKey(name) }),
        ...(description !== undefined && { description }),
        updated_at: clock.now(),
      }
      const renamed = name !== undefined && name !== before
      const entry = audit.entry('group-change', {
        object: about(id, before),
        ...(renamed && { details: { from: before, to: name } }),
      })
      const statements = [updateGroup(db.kysely, id, patch), entry]
      await (name === undefined ? save(statements) : withName(name, id, statements))
    },
    async remove(id) {
      const entry = audit.entry('group-remove', { object: about(id, await nameOf(id)) })
      await save([deleteGroup(db.kysely, id), entry])
    },
    async setMember({ groupId, userId, isMember }) {
      const inGroup = await nameOf(groupId)
      const person = await findPerson(db.kysely, userId)
      if (person === undefined || person.email === null) throw new AppError('not-found', 'There is nobody like this.')
      const members = await listGroupMembers(db.kysely)
      // Twice is as good as once, and no second entry.
      if (members.some((row) => row.group_id === groupId && row.user_id === userId) === isMember) return
      await save([
        isMember
          ? insertGroupMember(db.kysely, { group_id: groupId, user_id: userId, added_at: clock.now() })
          : deleteGroupMember(db.kysely, { groupId, userId }),
        audit.entry(isMember ? 'group-join' : 'group-leave', {
          subject: userId,
          object: about(groupId, inGroup),
          details: { inGroup },
        }),
      ])
    },
    async access() {
      return (await listAccessRules(db.kysely)).map(({ kind, resource, groups }) => ({ kind, name: resource, groups }))
    },
    async setAccess({ resource, groups }) {
      needTeam()
      mustBeKnown(resource)
      const unique = groups === null ? null : [...new Set(groups)]
      const to = unique === null ? everybody : whoIn(await namesOf(unique))
      const key = { kind: resource.kind, resource: resourceName(resource) }
      const was = (await listAccessRules(db.kysely)).find(
        (rule) => rule.kind === key.kind && rule.resource === key.resource,
      )
      const from = was === undefined ? everybody : whoIn(await namesOf(was.groups))
      const entry = audit.entry('access-change', {
        object: { kind: key.kind, id: key.resource, name: resource.name },
        details: { from, to },
      })
      await save([...putAccessRule(db.kysely, key, unique, clock.now()), entry])
    },
    async approvals() {
      return (await listGroupApprovals(db.kysely)).map(({ group_id, target, name }) => ({
        groupId: group_id,
        target,
        name,
      }))
    },
    async setApproval({ groupId, rule: { target, name }, asks }) {
      const inGroup = await nameOf(groupId)
      if (asks && target === 'tool') mustBeKnown({ kind: 'tool', name })
      const key = { group_id: groupId, target, name }
      await save([
        asks ? putGroupApproval(db.kysely, key, clock.now()) : deleteGroupApproval(db.kysely, key),
        audit.entry('group-approval-change', { object: { kind: target, id: name, name }, details: { inGroup, asks } }),
      ])
    },
  }
}

const everybody = 'everybody'

/** The groups that something is for, in words. */
function whoIn(names: readonly string[]): string {
  return names.length === 0 ? 'nobody' : names.join(', ')
}

function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}
