import { type Compilable, type Insertable, type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'

type Db = Kysely<Database>

/** From now on nobody needs to be asked for this tool in this conversation. */
export function insertApprovalRule(db: Db, row: Insertable<Database['approval_rules']>): Compilable {
  return db
    .insertInto('approval_rules')
    .values(row)
    .onConflict((same) => same.columns(['conversation_id', 'tool', 'owner_id']).doNothing())
}

/** Takes a rule away: from then on the tool is asked about again. */
export function deleteApprovalRule(
  db: Db,
  rule: { ownerId: string; conversationId: string; tool: string },
): Compilable {
  return db
    .deleteFrom('approval_rules')
    .where('conversation_id', '=', rule.conversationId)
    .where('tool', '=', rule.tool)
    .where('owner_id', '=', rule.ownerId)
}

/** What somebody allowed for all of a conversation that is there, newest first. */
export async function listApprovalRules(
  db: Db,
  ownerId: string,
): Promise<{ conversation_id: string; title: string; tool: string; created_at: number }[]> {
  return await db
    .selectFrom('approval_rules')
    .innerJoin('conversations', 'conversations.id', 'approval_rules.conversation_id')
    .select([
      'approval_rules.conversation_id',
      'conversations.title',
      'approval_rules.tool',
      'approval_rules.created_at',
    ])
    .where('approval_rules.owner_id', '=', ownerId)
    .where('conversations.deleted_at', 'is', null)
    .orderBy('approval_rules.created_at', 'desc')
    .orderBy('approval_rules.tool')
    .limit(1_000)
    .execute()
}

/** Whether somebody has allowed a tool for all of a conversation. */
export async function hasApprovalRule(
  db: Db,
  rule: { ownerId: string; conversationId: string; tool: string },
): Promise<boolean> {
  const found = await db
    .selectFrom('approval_rules')
    .select(sql<number>`1`.as('one'))
    .where('conversation_id', '=', rule.conversationId)
    .where('tool', '=', rule.tool)
    .where('owner_id', '=', rule.ownerId)
    .executeTakeFirst()
  return found !== undefined
}

/** What somebody allowed for all of a conversation, as the rules are named. */
export async function listChatRules(
  db: Db,
  { ownerId, conversationId }: { ownerId: string; conversationId: string },
): Promise<string[]> {
  const rows = await db
    .selectFrom('approval_rules')
    .select('tool')
    .where('conversation_id', '=', conversationId)
    .where('owner_id', '=', ownerId)
    .execute()
  return rows.map(({ tool }) => tool)
}

/** Takes away everything that was allowed for all of a conversation. */
export function deleteApprovalRules(db: Db, conversationId: string): Compilable {
  return db.deleteFrom('approval_rules').where('conversation_id', '=', conversationId)
}
