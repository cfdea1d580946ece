import { type Compilable, type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import { attachmentColumns, type Database } from '../schema.ts'

export type AttachmentRow = Selectable<Database['attachments']>

type Db = Kysely<Database>

/** A file that comes with a question. */
export function insertAttachment(db: Db, row: Insertable<Database['attachments']>): Compilable {
  return db.insertInto('attachments').values(row)
}

/** Those of all questions of a conversation, each question's in their order. */
export async function listAttachments(db: Db, conversationId: string): Promise<AttachmentRow[]> {
  return await db
    .selectFrom('attachments')
    .select(attachmentColumns)
    .where('conversation_id', '=', conversationId)
    .orderBy('message_id')
    .orderBy('position')
    .execute()
}

/** Those of a conversation whose file does not lie in its workspace yet. */
export async function listUnplacedAttachments(db: Db, conversationId: string): Promise<AttachmentRow[]> {
  return await db
    .selectFrom('attachments')
    .select(attachmentColumns)
    .where('conversation_id', '=', conversationId)
    .where('upload_id', 'is not', null)
    .orderBy('message_id')
    .orderBy('position')
    .execute()
}

/** Conversations that have such files, and whose they are. */
export async function listUnplacedConversations(db: Db): Promise<{ conversation_id: string; owner_id: string }[]> {
  return await db
    .selectFrom('attachments')
    .innerJoin('conversations', 'conversations.id', 'attachments.conversation_id')
    .select(['attachments.conversation_id', 'conversations.owner_id'])
    .distinct()
    .where('upload_id', 'is not', null)
    .execute()
}

/** The file lies in its workspace now, under this path. */
export function placeAttachment(
  db: Db,
  { message_id, position }: Pick<AttachmentRow, 'message_id' | 'position'>,
  path: string,
): Compilable {
  return db
    .updateTable('attachments')
    .set({ path, upload_id: null })
    .where('message_id', '=', message_id)
    .where('position', '=', position)
}

/** Whether a question has taken this upload. */
export async function isUploadTaken(db: Db, uploadId: string): Promise<boolean> {
  const found = await db
    .selectFrom('attachments')
    .select(sql<number>`1`.as('one'))
    .where('upload_id', '=', uploadId)
    .executeTakeFirst()
  return found !== undefined
}
