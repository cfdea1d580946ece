import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ASSISTANTS, defineTool, TOOLS } from '@reynard/agent'
import { createReynardClient } from '@reynard/client'
import { createSandbox } from '@reynard/sandbox'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { actInChat, callsWhatIsAsked, chatInFolder, toolModel } from '../testing/act-in-chat.ts'
import { openTestServer } from '../testing/open-test-server.ts'

const walls = await createSandbox()
const skip = !walls.report.levels.L3.available && process.env.SANDBOX_REQUIRED !== '1'
await walls.close()

const base = mkdtempSync(join(tmpdir(), 'secrets-'))
chmodSync(base, 0o755)
const network = { policy: { ports: [], isAllowed: () => false }, resolve: async () => ['127.0.0.1'] }
/** A tool that this server alone has. */
const readNote = defineTool({
  name: 'read_note',
  group: 'file_ops',
  effect: 'read',
  level: 'none',
  description: 'Reads a note.',
  input: z.object({ note: z.string() }),
  timeoutMs: 5_000,
  title: ({ note }) => ({ running: 'Reading', done: 'Read', detail: note }),
  reads: ({ note }) => [note],
  execute: async ({ note }) => ({ content: note, display: { kind: 'text', text: note } }),
})
const kit = {
  assistants: ASSISTANTS.map((each) => ({ ...each, tools: [...each.tools, readNote.name] })),
  tools: [...TOOLS, readNote],
}
const server = await openTestServer({ fake: { answer: callsWhatIsAsked, models: [toolModel] }, kit, network })
const client = createReynardClient({ baseUrl: server.url })
beforeAll(() => vi.waitFor(() => expect(server.server.status().defaultModel).toBe(toolModel.name)))
afterAll(async () => {
  await client.close()
  await server.close()
  rmSync(base, { recursive: true, force: true })
})

const chatIn = (folder: string) => chatInFolder(client, folder)

test.skipIf(skip)('no tool that reads by itself gives a secret of a folder of this machine back unasked', async () => {
  const folder = join(base, 'data')
  for (const name of ['.aws', 'src']) mkdirSync(join(folder, name), { recursive: true })
  const code = 'export function canary() {\n  debugger\n  return "canary"\n}\n'
  const data = 'k,v\ncanary,5\n'
  for (const name of ['.env.ts', '.aws/c.ts']) writeFileSync(join(folder, name), code)
  for (const name of ['.aws/c.csv', 'secrets.csv']) writeFileSync(join(folder, name), data)
  writeFileSync(join(folder, '.env.json'), '{"k":"canary","v":5}')
  writeFileSync(join(folder, '.aws/bad.py'), 'import canary\n')
  writeFileSync(join(folder, 'src/plain.ts'), code.replaceAll('canary', 'plain'))
  writeFileSync(join(folder, 'sales.csv'), 'day,total\nplain,1\n')
  const conversationId = await chatIn(folder)
  const act = (tool: string, input: object, decision: 'approved' | 'denied' = 'denied') =>
    actInChat(client, { conversationId, tool, input, decision, scope: 'conversation' })
  await act('fetch_page', { url: 'https://example.org/' }, 'approved')

  const chart = { type: 'bar', title: 'Sums' }
  const walking: [string, object][] = [
    ['query_data', { sql: "SELECT * FROM '.env.json'" }],
    ['query_data', { sql: 'SELECT * FROM c' }],
    ['query_data', { sql: 'SELECT * FROM secrets' }],
    ['query_data', { sql: 'SHOW TABLES' }],
    ['draw_chart', { ...chart, sql: 'SELECT k, v FROM c', x: 'k', y: ['v'] }],
    ['search_code', { pattern: 'return $A', language: 'typescript' }],
    ['find_symbol', { name: 'canary' }],
    ['outline', { path: '.' }],
    ['lint_code', { path: '.' }],
    ['measure_code', { path: '.' }],
    ['extract_api', { path: '.' }],
  ]
  for (const [tool, input] of walking) {
    const { asked, call } = await act(tool, input)
    const told = JSON.stringify([call.content, call.display, call.failure?.message]).replaceAll(
      '"canary is neither',
      '',
    )
    expect([tool, input, asked, told]).toEqual([tool, input, null, expect.not.stringMatching(/canary|\.aws|\.env/)])
    if (['outline', 'search_code', 'extract_api', 'measure_code', 'lint_code'].includes(tool))
      expect(told).toContain('plain')
  }
  const naming: [string, object][] = [
    ['query_data', { sql: 'SELECT * FROM c', files: ['sales.csv', '.aws/c.csv'] }],
    ['draw_chart', { ...chart, path: '.aws/c.csv', x: 'k', y: ['v'] }],
    ...['search_code', 'find_symbol', 'outline', 'lint_code', 'measure_code', 'extract_api'].flatMap((tool) =>
      ['.env.ts', '.aws'].map((path): [string, object] => [
        tool,
        {
          path,
          ...(tool === 'search_code' ? { pattern: 'return $A', language: 'typescript' } : {}),
          ...(tool === 'find_symbol' && { name: 'canary' }),
        },
      ]),
    ),
  ]
  for (const [tool, input] of naming) {
    const { asked, call } = await act(tool, input)
    expect([tool, input, asked?.reason, call.failure?.failure]).toEqual([
      tool,
      input,
      expect.stringContaining('may hold passwords or keys'),
      'denied',
    ])
  }
  // After a yes they are read as others are.
  expect((await act('outline', { path: '.env.ts' }, 'approved')).call.content).toContain('canary')
  expect((await act('find_symbol', { name: 'canary', path: '.aws' }, 'approved')).call.content).toContain('.aws/c.ts')
  const rows = await act('query_data', { sql: 'SELECT * FROM c', files: ['.aws/c.csv'] }, 'approved')
  expect(rows.call.content).toContain('canary')
  expect((await act('query_data', { sql: 'SELECT * FROM sales' })).call.content).toContain('plain')
})

test.skipIf(skip)(
  'a secret of a folder of this machine is read after a yes, where the chat may send it off unasked',
  async () => {
    const folder = join(base, 'shop')
    mkdirSync(join(folder, '.git'), { recursive: true })
    writeFileSync(join(folder, '.env'), 'TOKEN=canary\n')
    writeFileSync(join(folder, '.git/config'), '[remote "origin"]\nurl = https://me:canary@example.org/x\n')
    writeFileSync(join(folder, 'main.py'), 'print("TOKEN")\n')
    const conversationId = await chatIn(folder)
    const read = (path: string, decision: 'approved' | 'denied' = 'denied') =>
      actInChat(client, { conversationId, tool: 'read_file', input: { path }, decision, scope: 'conversation' })

    // A search answers nothing about them in any case.
    const found = await actInChat(client, { conversationId, tool: 'search_files', input: { pattern: 'TOKEN|canary' } })
    expect(found.call.content).toBe('main.py:1:print("TOKEN")')

    const fetch = (chat: string) => {
      const input = { url: 'https://example.org/' }
      return actInChat(client, {
        conversationId: chat,
        tool: 'fetch_page',
        input,
        decision: 'approved',
        scope: 'conversation',
      })
    }
    expect((await fetch(conversationId)).asked?.reason).toContain('told to that server')
    expect((await fetch(conversationId)).asked).toBeNull()
    const denied = await read('./.ENV')
    expect(denied.asked).toMatchObject({
      wants: 'read ./.ENV',
      reason: './.ENV may hold passwords or keys, and in this chat “fetch_page: pages of example.org” was allowed.',
    })
    expect(denied.call.failure).toMatchObject({ failure: 'denied' })
    expect((await read('.git/config')).asked).not.toBeNull()
    // A yes reaches no further than the call, whatever scope was asked for.
    expect((await read('.env', 'approved')).call.content).toContain('canary')
    expect((await read('.env')).asked).not.toBeNull()
    expect((await read('main.py')).asked).toBeNull()
    // What was allowed for the whole chat before a secret was read in it is asked about again, each time.
    const reason = '.env may hold passwords or keys and was read in this chat, so each call to the network asks.'
    for (const _ of [1, 2]) expect((await fetch(conversationId)).asked?.reason).toContain(reason)

    // Nothing can leave: reading goes. What is allowed afterwards is allowed for once.
    const another = join(base, 'another')
    mkdirSync(another)
    writeFileSync(join(another, '.env'), 'TOKEN=canary\n')
    const other = await chatIn(another)
    const first = await actInChat(client, { conversationId: other, tool: 'read_file', input: { path: '.env' } })
    expect([first.asked, first.call.content]).toEqual([null, expect.stringContaining('canary')])
    for (const _ of [1, 2]) expect((await fetch(other)).asked?.reason).toContain(reason)
  },
)

test('what a tool of this server alone read of a secret counts as what any other read', async () => {
  const folder = join(base, 'notes')
  mkdirSync(folder)
  const conversationId = await chatIn(folder)
  const read = await actInChat(client, { conversationId, tool: 'read_note', input: { note: '.env' } })
  expect(read.call.content).toBe('.env')
  const fetched = await actInChat(client, {
    conversationId,
    tool: 'fetch_page',
    input: { url: 'https://example.org/' },
  })
  expect(fetched.asked?.reason).toContain('.env may hold passwords or keys and was read in this chat')
})
