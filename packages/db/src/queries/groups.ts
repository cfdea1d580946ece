import type { Compilable, Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { Database } from '../schema.ts'

type Db = Kysely<Database>
export type AccessRuleRow = Selectable<Database['access_rules']>
type ResourceKey = Pick<AccessRuleRow, 'kind' | 'resource'>
type ApprovalKey = Pick<Selectable<Database['group_approval_rules']>, 'group_id' | 'target' | 'name'>

/** All groups, everyone first. */
export async function listGroups(db: Db) {
  const rows = await db.selectFrom('groups').selectAll().orderBy('name_key').execute()
  return [...rows.filter(({ id }) => id === 'everyone'), ...rows.filter(({ id }) => id !== 'everyone')]
}

/** Who is in which group, and can sign in. */
export async function listGroupMembers(db: Db) {
  return await db
    .selectFrom('group_members as member')
    .innerJoin('users', 'users.id', 'member.user_id')
    .select(['member.group_id', 'member.user_id', 'users.name'])
    .where('users.removed_at', 'is', null)
    .orderBy('users.name')
    .orderBy('users.id')
    .execute()
}

/** What is not for everybody, with the groups that it is for. */
export async function listAccessRules(db: Db) {
  const [rules, grants] = await Promise.all([
    db.selectFrom('access_rules').select(['kind', 'resource']).orderBy('kind').orderBy('resource').execute(),
    db.selectFrom('access_grants').selectAll().orderBy('group_id').execute(),
  ])
  return rules.map(({ kind, resource }) => ({
    kind,
    resource,
    groups: grants.flatMap((grant) => (grant.kind === kind && grant.resource === resource ? grant.group_id : [])),
  }))
}

export async function listGroupApprovals(db: Db): Promise<ApprovalKey[]> {
  return await db
    .selectFrom('group_approval_rules')
    .select(['group_id', 'target', 'name'])
    .orderBy('group_id')
    .orderBy('target')
    .orderBy('name')
    .execute()
}

export function insertGroup(db: Db, row: Insertable<Database['groups']>): Compilable {
  return db.insertInto('groups').values(row)
}

export function updateGroup(db: Db, id: string, patch: Updateable<Database['groups']>): Compilable {
  return db.updateTable('groups').set(patch).where('id', '=', id)
}

/** With its members and what was granted to it. What was for it alone is for nobody then. */
export function deleteGroup(db: Db, id: string): Compilable {
  return db.deleteFrom('groups').where('id', '=', id)
}

/** Nothing happens where they are in it already. */
export function insertGroupMember(db: Db, row: Insertable<Database['group_members']>): Compilable {
  return db
    .insertInto('group_members')
    .values(row)
    .onConflict((same) => same.columns(['group_id', 'user_id']).doNothing())
}

export function deleteGroupMember(db: Db, { groupId, userId }: { groupId: string; userId: string }): Compilable {
  return db.deleteFrom('group_members').where('group_id', '=', groupId).where('user_id', '=', userId)
}

/** Takes somebody out of all groups. */
export function deleteMemberships(db: Db, userId: string): Compilable {
  return db.deleteFrom('group_members').where('user_id', '=', userId)
}

/** Says whom something is for, over what was said before. `groups` null: for everybody. `now` in UTC milliseconds. */
export function putAccessRule(
  db: Db,
  { kind, resource }: ResourceKey,
  groups: readonly string[] | null,
  now: number,
): Compilable[] {
  const gone = db.deleteFrom('access_rules').where('kind', '=', kind).where('resource', '=', resource)
  if (groups === null) return [gone]
  return [
    gone,
    db.insertInto('access_rules').values({ kind, resource, updated_at: now }),
    ...groups.map((group_id) => db.insertInto('access_grants').values({ kind, resource, group_id })),
  ]
}

/** Nothing happens where it is there already. `now` in UTC milliseconds. */
export function putGroupApproval(db: Db, key: ApprovalKey, now: number): Compilable {
  return db
    .insertInto('group_approval_rules')
    .values({ ...key, rule: 'ask', created_at: now })
    .onConflict((same) => same.columns(['group_id', 'target', 'name']).doNothing())
}

export function deleteGroupApproval(db: Db, { group_id, target, name }: ApprovalKey): Compilable {
  return db
    .deleteFrom('group_approval_rules')
    .where('group_id', '=', group_id)
    .where('target', '=', target)
    .where('name', '=', name)
}
