import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import type { Db } from '../open-database.ts'
import { describeOnEachDialect, openTestDatabase } from '../testing/index.ts'
import { conversationRow } from '../testing/sample-rows.ts'
import { findModelUses, listLastUses } from './model-uses.ts'

describeOnEachDialect('who goes by the name of a model', (dialect) => {
  let db: Db
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
  })
  afterEach(() => db.close())

  it('is counted without what was deleted, and without a word of any chat', async () => {
    const chat = (id: string, settings: object, deleted_at: number | null = null) =>
      db.kysely
        .insertInto('conversations')
        .values(conversationRow({ id, settings: JSON.stringify(settings), deleted_at }))
        .execute()
    await chat('one', { model: 'fox' })
    await chat('two', { model: 'fox:latest', temperature: 1 })
    await chat('three', { model: 'fox-2' })
    await chat('four', { model: 'fox' }, 5)
    await chat('five', {})
    const assistant = (id: string, definition: object, deleted_at: number | null = null) =>
      db.kysely
        .insertInto('assistants')
        .values({
          id,
          owner_id: LOCAL_OWNER_ID,
          definition: JSON.stringify(definition),
          created_at: 1,
          updated_at: 1,
          deleted_at,
        })
        .execute()
    await assistant('a', { name: 'Reader', model: 'fox' })
    await assistant('b', { name: 'Gone', model: 'fox' }, 7)
    await assistant('c', { name: 'Other', model: null })
    expect(await findModelUses(db, ['fox', 'fox:latest'])).toEqual({ assistants: ['Reader'], chats: 2, people: 1 })
    expect(await findModelUses(db, ['wolf'])).toEqual({ assistants: [], chats: 0, people: 0 })
  })

  it('tells when a model was asked last, to the moment where its run is kept', async () => {
    const hourMs = 3_600_000
    const usage = (model: string, hour: number) =>
      db.kysely
        .insertInto('run_usage')
        .values({
          owner_id: LOCAL_OWNER_ID,
          hour,
          model,
          assistant: '',
          requests: 1,
          successful: 1,
          failed: 0,
          prompt_tokens: 1,
          completion_tokens: 1,
          duration_ms: 1,
        })
        .execute()
    await usage('fox', 10)
    await usage('fox', 12)
    await usage('wolf', 3)
    await db.kysely
      .insertInto('run_figures')
      .values({
        run_id: 'r',
        owner_id: LOCAL_OWNER_ID,
        conversation_id: 'c',
        engine: 'ollama',
        model: 'fox',
        assistant: null,
        assistant_name: null,
        end_reason: 'done',
        error_code: null,
        prompt_tokens: 1,
        tokens: 1,
        created_at: 12 * hourMs + 500,
        started_at: null,
        first_token_at: null,
        ended_at: 12 * hourMs + 900,
        wait_ms: null,
        first_token_ms: null,
        duration_ms: 400,
      })
      .execute()
    expect(Object.fromEntries(await listLastUses(db.kysely))).toEqual({ fox: 12 * hourMs + 500, wolf: 3 * hourMs })
  })
})
