import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReynardClient } from '@reynard/client'
import { createSandbox } from '@reynard/sandbox'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { actInChat, callsWhatIsAsked, toolModel } from '../testing/act-in-chat.ts'
import { openTestServer } from '../testing/open-test-server.ts'

const walls = await createSandbox()
const skip = !walls.report.levels.L3.available && process.env.SANDBOX_REQUIRED !== '1'
await walls.close()

const base = mkdtempSync(join(tmpdir(), 'secrets-'))
chmodSync(base, 0o755)
const network = { policy: { ports: [], isAllowed: () => false }, resolve: async () => ['127.0.0.1'] }
const server = await openTestServer({ fake: { answer: callsWhatIsAsked, models: [toolModel] }, network })
const client = createReynardClient({ baseUrl: server.url })
beforeAll(() => vi.waitFor(() => expect(server.server.status().defaultModel).toBe(toolModel.name)))
afterAll(async () => {
  await client.close()
  await server.close()
  rmSync(base, { recursive: true, force: true })
})

test.skipIf(skip)(
  'a secret of a folder of this machine is read after a yes, where the chat may send it off unasked',
  async () => {
    const folder = join(base, 'shop')
    mkdirSync(join(folder, '.git'), { recursive: true })
    writeFileSync(join(folder, '.env'), 'TOKEN=canary\n')
    writeFileSync(join(folder, '.git/config'), '[remote "origin"]\nurl = https://me:canary@example.org/x\n')
    writeFileSync(join(folder, 'main.py'), 'print("TOKEN")\n')
    const { project: projects } = client.trpc.assistant
    const { id: folderId } = await projects.registerFolder.mutate({ path: folder })
    const source = { kind: 'folder' as const, folderId }
    const { conversationId } = await projects.bring.mutate({ conversationId: null, assistant: 'codewolf', source })
    await expect
      .poll(async () => (await projects.of.query({ conversationId }))?.state, { timeout: 20_000 })
      .toBe('ready')
    const read = (path: string, decision: 'approved' | 'denied' = 'denied') =>
      actInChat(client, { conversationId, tool: 'read_file', input: { path }, decision, scope: 'conversation' })

    // Nothing can leave: reading goes.
    expect((await read('.env')).asked).toBeNull()
    // A search answers nothing about them in any case.
    const found = await actInChat(client, { conversationId, tool: 'search_files', input: { pattern: 'TOKEN|canary' } })
    expect(found.call.content).toBe('main.py:1:print("TOKEN")')

    const page = { url: 'https://example.org/' }
    await actInChat(client, {
      conversationId,
      tool: 'fetch_page',
      input: page,
      decision: 'approved',
      scope: 'conversation',
    })
    const denied = await read('./.ENV')
    expect(denied.asked).toMatchObject({
      wants: 'read ./.ENV',
      reason:
        './.ENV may hold passwords or keys, and in this chat “fetch_page: pages of example.org” goes without asking.',
    })
    expect(denied.call.failure).toMatchObject({ failure: 'denied' })
    expect((await read('.git/config')).asked).not.toBeNull()
    // A yes reaches no further than the call, whatever scope was asked for.
    expect((await read('.env', 'approved')).call.content).toContain('canary')
    expect((await read('.env')).asked).not.toBeNull()
    expect((await read('main.py')).asked).toBeNull()
  },
)
