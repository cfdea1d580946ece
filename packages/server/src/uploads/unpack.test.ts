import { LOCAL_OWNER_ID as me } from '@reynard/db'
import { createZip } from '@reynard/sandbox'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../runs/ports.ts'
import { openRunKit, type RunKit } from '../testing/open-run-kit.ts'
import { createWorkspaceService } from '../workspaces/create-workspace-service.ts'

let kit: RunKit
const workspaces = () =>
  createWorkspaceService({
    ...kit,
    changes: { publish: (_, change) => void kit.published.push(change) },
    clock: systemClock,
  })
beforeEach(async () => {
  kit = await openRunKit()
})
afterEach(() => kit.close())

/** A chat whose question came with this archive. */
async function chatWith(name: string, zip: Buffer): Promise<string> {
  const content = (async function* () {
    yield zip
  })()
  const { id } = await kit.uploads.save({ ownerId: me, name, content, signal: AbortSignal.timeout(5_000) })
  return (await kit.send({ attachments: [id] })).conversationId
}

async function zipOf(files: Record<string, string>): Promise<Buffer> {
  const { conversationId } = await kit.send()
  const { workspace } = await kit.sessions.open({ ownerId: me, conversationId })
  for (const [path, text] of Object.entries(files)) await workspace.write(path, text)
  const chunks: Buffer[] = []
  const { stream } = await createZip(workspace)
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

it('an archive is unpacked into a folder of its name, and again into another one', async () => {
  const conversationId = await chatWith('shop.zip', await zipOf({ 'src/a.ts': 'one', 'b.txt': 'two' }))
  const unpack = () => workspaces().unpack(me, { conversationId, path: 'shop.zip' })
  expect(await unpack()).toEqual({ folder: 'shop', files: 2 })
  expect(await unpack()).toEqual({ folder: 'shop (2)', files: 2 })
  const workspace = await kit.sessions.find(conversationId)
  expect((await workspace!.readLines('shop/src/a.ts')).text).toBe('one')
  expect(kit.published).toContainEqual({ kind: 'workspace', conversationId })
})

it('an upload goes to one place: not to a folder while a question takes it, not to two at once, not after', async () => {
  const { conversationId } = await kit.send()
  const content = (async function* () {
    yield Buffer.from('words')
  })()
  const { id } = await kit.uploads.save({ ownerId: me, name: 'a.txt', content, signal: AbortSignal.timeout(5_000) })
  const take = () => workspaces().take(me, { conversationId, uploadId: id, folder: '.' })
  const question = { conversationId, isNew: false, messageId: crypto.randomUUID() }
  const planned = await kit.attachments.plan(me, question, { attachments: [id] })
  await expect(take()).rejects.toMatchObject({ code: 'conflict' })
  await planned.settle(false)
  const twice = await Promise.allSettled([take(), take()])
  expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect(take()).rejects.toMatchObject({ code: 'not-found' })
  const workspace = await kit.sessions.find(conversationId)
  expect((await workspace!.list('.')).entries.map(({ path }) => path)).toEqual(['a.txt'])
})

it('what is no archive, is not there or is not theirs leaves nothing behind', async () => {
  const conversationId = await chatWith('shop.zip', Buffer.from('PK\x03\x04 and no more'))
  const unpack = (owner: string, path: string) => workspaces().unpack(owner, { conversationId, path })
  await expect(unpack(me, 'shop.zip')).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('zip'),
  })
  await expect(unpack(me, 'gone.zip')).rejects.toMatchObject({ code: 'not-found' })
  await expect(unpack(me, '../shop.zip')).rejects.toMatchObject({ code: 'bad-request' })
  await expect(unpack('somebody', 'shop.zip')).rejects.toMatchObject({ code: 'not-found' })
  expect((await kit.sessions.find(conversationId))!.find('shop')).toBeUndefined()
})
