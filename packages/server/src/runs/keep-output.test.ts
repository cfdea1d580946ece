import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReynardClient } from '@reynard/client'
import { createSandbox, openWorkspace } from '@reynard/sandbox'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Acted, actInChat, callsWhatIsAsked, chatInFolder, toolModel } from '../testing/act-in-chat.ts'
import { openTestServer } from '../testing/open-test-server.ts'
import { keepOutput } from './keep-output.ts'

const walls = await createSandbox()
const skip = !walls.report.levels.L3.available && process.env.SANDBOX_REQUIRED !== '1'
await walls.close()

const base = mkdtempSync(join(tmpdir(), 'kept-'))
chmodSync(base, 0o755)
const server = await openTestServer({ fake: { answer: callsWhatIsAsked, models: [toolModel] } })
const client = createReynardClient({ baseUrl: server.url })
beforeAll(() => vi.waitFor(() => expect(server.server.status().defaultModel).toBe(toolModel.name)))
afterAll(async () => {
  await client.close()
  await server.close()
  rmSync(base, { recursive: true, force: true })
})

async function act(conversationId: string | null, tool: string, input: object): Promise<Acted> {
  return await actInChat(client, { conversationId, tool, input, decision: 'approved' })
}

/** The path that a result names, and how many lines it says there are. */
function keptBy({ call }: Acted): { path: string; lines: number } {
  const [, path = '', lines = ''] =
    /(?:All of it|More of it, but not all,) is in (tool-output\/\S+\.txt), (\d+) lines?:/.exec(call.content ?? '') ?? []
  expect([call.content?.slice(-300), path]).toEqual([expect.anything(), expect.stringMatching(/^tool-output/)])
  return { path, lines: Number(lines) }
}

async function chatIn(folder: string): Promise<string> {
  mkdirSync(folder)
  return await chatInFolder(client, folder)
}

describe.skipIf(skip)('what a tool gives back beyond what the model reads at once', () => {
  test.each(['a workspace', 'a folder of this machine'])('is kept and read in ranges: %s', async (place) => {
    const folder = join(base, 'printed')
    let chat = place === 'a workspace' ? null : await chatIn(folder)
    const python = await act(chat, 'run_python', { code: 'for n in range(60_000): print("line", n)' })
    chat = python.conversationId
    const printed = keptBy(python)
    // 700 KB: more than once was kept of a program at all.
    expect(printed.lines).toBe(60_000)
    expect(python.call.content).toContain('All of it')
    const middle = await act(chat, 'read_file', { path: printed.path, from: 40_000, to: 40_001 })
    expect(middle.call.content).toBe('Lines 40000 to 40001 of 60000.\nline 39999\nline 40000\n')

    const javascript = await act(chat, 'run_javascript', {
      code: 'for (let n = 0; n < 3_000; n++) console.log("line " + n + " of".repeat(50)); "x".repeat(400_000)',
    })
    expect(javascript.call.failure ?? null).toBeNull()
    const logged = keptBy(javascript)
    expect(logged.lines).toBe(3_001)
    const line = await act(chat, 'read_file', { path: logged.path, from: 2_999, to: 3_000 })
    expect(line.call.content).toContain('\nline 2999 of of')
    // A line that is longer than any part of a file that is read at once.
    const begun = await act(chat, 'read_file', { path: logged.path, from: 3_001 })
    const offset = Number(/read on with offset = (\d+)/.exec(begun.call.content ?? '')?.[1])
    const more = await act(chat, 'read_file', { path: logged.path, offset })
    expect(more.call.content).toMatch(/^Bytes \d+ to \d+ of \d+\. Read on with offset = \d+\.\nx{500}/)

    const ended = await act(chat, 'run_python', { code: 'while True: print("again and again " * 20_000)' })
    expect(ended.call.failure?.message).toMatch(/without end[\s\S]*More of it, but not all, is in tool-output\//)
    const changes = await client.trpc.assistant.workspace.changes.query({ conversationId: chat })
    expect(changes.files.map(({ path }) => path)).toEqual([])
    if (place !== 'a workspace') expect(readdirSync(folder)).toEqual([])
  })

  test.each(['a workspace', 'a folder of this machine'])(
    'search and list name all that they found: %s',
    async (place) => {
      const names = Array.from({ length: 620 }, (_, at) => `file-${String(at).padStart(3, '0')}.txt`)
      const isWorkspace = place === 'a workspace'
      const folder = join(base, 'searched')
      let chat = isWorkspace ? null : await chatIn(folder)
      const text = 'fox\n'.repeat(60)
      if (isWorkspace) {
        const code = `for n in ${JSON.stringify(names)}: open(n, 'w').write(${JSON.stringify(text)})`
        chat = (await act(null, 'run_python', { code })).conversationId
      } else for (const name of names) writeFileSync(join(folder, name), text)

      const found = await act(chat, 'search_files', { pattern: 'fox' })
      expect(found.call.content).toMatch(/^file-000\.txt:1:fox\n/)
      // No file hides the others.
      expect(found.call.content).toContain('file-003.txt:50:fox')
      expect(found.call.content).toMatch(/… 37000 more lines/)
      const all = keptBy(found)
      expect(all.lines).toBe(37_200)
      const last = await act(chat, 'read_file', { path: all.path, from: 37_200 })
      expect(last.call.content).toContain('file-619.txt:60:fox')

      const listed = await act(chat, 'list_files', {})
      // What was kept of the search lies in a workspace too.
      const more = isWorkspace ? 2 : 0
      expect(listed.call.content).toContain(`… and ${120 + more} more`)
      const list = keptBy(listed)
      expect(list.lines).toBe(620 + more)
      const end = await act(chat, 'read_file', { path: list.path, from: 620 })
      expect(end.call.content).toContain('file-619.txt')
      // What was found is not found again, but where it is asked for.
      const again = await act(chat, 'search_files', { pattern: 'file-619.txt:60' })
      expect(again.call.content).toBe('Nothing matches.')
      if (!isWorkspace) return
      const within = await act(chat, 'search_files', { pattern: 'file-619.txt:60', glob: 'tool-output/**' })
      expect(within.call.content).toContain(':37200:file-619.txt:60:fox')
    },
  )
})

test('beside a folder of this machine the oldest are forgotten for what is new', async () => {
  const home = mkdtempSync(join(tmpdir(), 'kept-home-'))
  const mib = 1024 * 1024
  const kept = await openWorkspace(join(home, 'kept'), { bytes: 100 * mib, entries: 1_000 })
  const workspace = await openWorkspace(join(home, 'workspace'), { bytes: mib, entries: 10 })
  const text = Buffer.alloc(15 * mib, 'x')
  async function* content() {
    yield text
  }
  const paths: (string | null)[] = []
  for (const callId of ['a', 'b', 'c', 'd']) paths.push(await keepOutput({ kept, workspace }, { callId }, content()))
  expect(paths).toEqual(['a', 'b', 'c', 'd'].map((name) => `tool-output/${name}.txt`))
  const { entries } = await kept.list('tool-output')
  expect(entries.map(({ path }) => path)).toEqual(['b', 'c', 'd'].map((name) => `tool-output/${name}.txt`))
  // A full workspace is full: what lies there is the person's to delete.
  expect(await keepOutput({ kept: workspace, workspace }, { callId: 'e' }, content())).toBeNull()
  rmSync(home, { recursive: true, force: true })
})
