import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LOCAL_OWNER_ID as me } from '@reynard/db'
import { describeOnEachDialect } from '@reynard/db/testing'
import { exportSchema } from '@reynard/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts'
import { openRunKit, question, type RunKit } from '../testing/open-run-kit.ts'
import { createAttachmentService } from './create-attachment-service.ts'

const hour = 3_600_000

describeOnEachDialect('files of questions', (dialect) => {
  let kit: RunKit
  let clock: ManualClock
  beforeEach(async () => {
    clock = createManualClock()
    kit = await openRunKit({ dialect, clock, places: 2, ceiling: 1 })
  })
  afterEach(() => kit.close())

  const dataDir = () => kit.site!.dataDir
  const filesOf = (conversationId: string) => join(dataDir(), 'workspaces', conversationId, 'files')
  async function upload(name: string, text = name): Promise<string> {
    const content = (async function* () {
      yield Buffer.from(text)
    })()
    return (await kit.uploads.save({ ownerId: me, name, content, signal: AbortSignal.timeout(5_000) })).id
  }
  const attached = async (conversationId: string) =>
    (await kit.conversations.byId(me, conversationId)).messages.map(({ attachments }) =>
      attachments?.map(({ path }) => path),
    )
  const waiting = async () => (existsSync(join(dataDir(), 'uploads')) ? await readdir(join(dataDir(), 'uploads')) : [])

  it('lie in the workspace of a new chat when its question is accepted, under names of their own', async () => {
    const attachments = [await upload('a.txt', 'one'), await upload('A.txt', 'two')]
    const { conversationId } = await kit.send({ attachments })
    expect(await attached(conversationId)).toEqual([['a.txt', 'A (2).txt'], undefined])
    expect(await readFile(join(filesOf(conversationId), 'A (2).txt'), 'utf8')).toBe('two')
    expect(await waiting()).toEqual([])
  })

  it('are taken once: the same request again brings the same, another question is refused them', async () => {
    const input = question({ attachments: [await upload('a.txt')] })
    const first = await kit.runs.send(me, input)
    expect(await kit.runs.send(me, input)).toEqual(first)
    expect(await readdir(filesOf(first.conversationId))).toEqual(['a.txt'])
    await expect(kit.send({ attachments: input.attachments })).rejects.toMatchObject({
      code: 'not-found',
      details: { uploads: input.attachments },
    })
    await expect(kit.attachments.discard(me, input.attachments![0]!)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('wait on where the question is refused', async () => {
    const id = await upload('a.txt')
    await expect(
      kit.send({ attachments: [id], conversationId: '01900000-0000-7000-8000-000000000000' }),
    ).rejects.toMatchObject({ code: 'not-found' })
    await expect(kit.send({ attachments: [id, '01900000-0000-7000-8000-000000000000'] })).rejects.toMatchObject({
      code: 'not-found',
    })
    const { conversationId } = await kit.send({ attachments: [id] })
    expect(await attached(conversationId)).toEqual([['a.txt'], undefined])
  })

  it('of somebody else are not there', async () => {
    const id = await upload('a.txt')
    await expect(kit.runs.send('somebody', question({ attachments: [id] }))).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(kit.attachments.discard('somebody', id)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('are all there, and once, wherever the process died between the commit and their places', async () => {
    const ids = [await upload('a.txt', 'one'), await upload('b.txt', 'two')]
    // Accepted, and nothing moved: as a process that was killed right then leaves it.
    const dead = { ...kit.sessions, open: () => Promise.reject(new Error('killed')) }
    const logger = { warn() {}, error() {} }
    const { db, uploads: store } = kit
    const before = createAttachmentService({ db, store, claims: kit.claims, sessions: dead, clock, logger })
    const { conversationId, userMessageId } = await kit.send()
    const at = { conversationId, isNew: false, messageId: userMessageId }
    const plan = await before.plan(me, at, { attachments: ids })
    await db.commit(plan.statements)
    await plan.settle(true)
    // The first was copied, and its row does not say so.
    await mkdir(filesOf(conversationId), { recursive: true })
    await writeFile(join(filesOf(conversationId), 'a.txt'), 'one')

    await store.sweep(clock.now() + 48 * hour, async (id) => ids.includes(id))
    const after = createAttachmentService({ db, store, claims: kit.claims, sessions: kit.sessions, clock, logger })
    await after.recover()
    expect((await readdir(filesOf(conversationId))).sort()).toEqual(['a.txt', 'b.txt'])
    expect((await attached(conversationId))[0]).toEqual(['a.txt', 'b.txt'])
    expect(await waiting()).toEqual([])
    await after.recover()
    expect(await readdir(filesOf(conversationId))).toHaveLength(2)
  })

  it('stay with a question that is edited, as far as it keeps them', async () => {
    const first = await kit.send({ attachments: [await upload('a.txt'), await upload('b.txt')] })
    await kit.hear(first.runId)
    const { conversationId, userMessageId: messageId } = first
    const edit = await kit.send({
      conversationId,
      text: 'Again?',
      keep: { messageId, paths: ['b.txt', '../canary'] },
      attachments: [await upload('a.txt', 'new')],
    })
    const { messages } = await kit.conversations.byId(me, conversationId)
    const edited = messages.find(({ id }) => id === edit.userMessageId)
    expect(edited?.attachments?.map(({ path }) => path)).toEqual(['b.txt', 'a (2).txt'])
    const other = await kit.send()
    const foreign = { conversationId: other.conversationId, keep: { messageId, paths: ['b.txt'] } }
    await expect(kit.send(foreign)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('leave with an export and come back with an import, under names that any system takes', async () => {
    const first = await kit.send({ attachments: [await upload('a.txt', 'one'), await upload('b.csv', 'x,y')] })
    await kit.hear(first.runId)
    const { conversationId, userMessageId: messageId } = first
    const edit = await kit.send({ conversationId, text: 'Again?', keep: { messageId, paths: ['a.txt'] } })
    await kit.hear(edit.runId)
    const { content } = await kit.conversations.export(me, null, 'json')
    const exported = exportSchema.parse(JSON.parse(content.replaceAll('a.txt', '../a:b.txt')))
    expect((await kit.conversations.export(me, null, 'markdown')).content).toContain('Files:\n- a.txt')
    await kit.conversations.remove(me, conversationId)

    expect(await kit.conversations.import(me, exported)).toMatchObject({ conversations: 1 })
    const [brought] = (await kit.conversations.list(me, { limit: 9, source: 'ui' })).items
    const { messages } = await kit.conversations.byId(me, brought!.id)
    expect(messages.flatMap(({ attachments }) => (attachments ? [attachments.map(({ path }) => path)] : []))).toEqual([
      ['a_b.txt', 'b.csv'],
      ['a_b.txt'],
    ])
    expect((await readdir(filesOf(brought!.id))).sort()).toEqual(['a_b.txt', 'b.csv'])
    expect(await readFile(join(filesOf(brought!.id), 'a_b.txt'), 'utf8')).toBe('one')
    expect(await waiting()).toEqual([])
  })

  it('go after a day where nobody sent them', async () => {
    const old = await upload('old.txt')
    clock.advance(23 * hour)
    const young = await upload('young.txt')
    clock.advance(2 * hour)
    const stop = kit.attachments.startSweeping()
    await expect.poll(waiting).toEqual([young, `${young}.json`])
    stop()
    await expect(kit.send({ attachments: [old] })).rejects.toMatchObject({ code: 'not-found' })
  })
})
