import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type AnyTool, defineTool } from '@reynard/agent'
import type { ChatChange } from '@reynard/protocol'
import { createSandbox } from '@reynard/sandbox'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import { systemClock } from '../runs/ports.ts'
import { openRunKit, type RunKit } from '../testing/open-run-kit.ts'
import { createWorkspaceStates } from './workspace-states.ts'

const walls = await createSandbox()
const skip = !walls.report.levels.L3.available && process.env.SANDBOX_REQUIRED !== '1'
await walls.close()

let kit: RunKit
let sessions: ToolSessions
let heard: ChatChange[]
let problems: string[]
const run = { ownerId: 'local', conversationId: '01900000-0000-7000-8000-00000000000a' }
const signal = new AbortController().signal

beforeAll(async () => {
  kit = await openRunKit()
  sessions = kit.sessions
})
afterAll(() => kit.close())
beforeEach(() => {
  heard = []
  problems = []
})

function statesWith(over: Partial<Pick<ToolSessions, 'checkpoints' | 'checkpointsUnavailable'>> = {}) {
  return createWorkspaceStates({
    sessions: {
      checkpoints: (of) => sessions.checkpoints(of),
      checkpointsUnavailable: () => sessions.checkpointsUnavailable(),
      ...over,
    },
    changes: { publish: (_ownerId, change) => void heard.push(change) },
    clock: systemClock,
    packAfter: 3,
    logger: { warn: (_fields, message) => void problems.push(message), error: () => {} },
  })
}
const tool = (over: Partial<Pick<AnyTool, 'effect' | 'level' | 'group'>> = {}): AnyTool => ({
  ...defineTool({
    name: 'note',
    group: 'file_ops',
    effect: 'write',
    level: 'none',
    description: 'Writes.',
    input: z.object({ path: z.string() }),
    timeoutMs: 1_000,
    title: ({ path }) => ({ running: 'Writing', done: 'Wrote', detail: path }),
    changes: ({ path }) => [path],
    execute: async () => ({ content: '', display: { kind: 'text', text: '' } }),
  }),
  ...over,
})
const call = (over: Parameters<typeof tool>[0] = {}) => ({ callId: 'c', tool: tool(over), input: { path: 'a.txt' } })

test('where no state can be kept a call goes on, pages hear of it, and no approval promises a restore', async () => {
  const states = statesWith({ checkpointsUnavailable: async () => 'bubblewrap is not installed.' })
  const changed = await states.keepState(run, call(), signal)
  expect(await changed()).toBeNull()
  expect(heard).toEqual([{ kind: 'workspace', conversationId: run.conversationId }])
  expect(problems).toEqual([])
  expect(await states.restores(call(), await sessions.open(run))).toBe(false)
})

test('a state that fails is told to the log alone', async () => {
  const states = statesWith({
    checkpointsUnavailable: async () => null,
    checkpoints: () => Promise.reject(new Error('The disk is full.')),
  })
  const changed = await states.keepState(run, call(), signal)
  expect(await changed()).toBeNull()
  expect(problems).toEqual(['a state of the workspace was not kept'])
})

test('what can change no file costs nothing', async () => {
  const states = statesWith({ checkpointsUnavailable: () => Promise.reject(new Error('asked')) })
  const others = [
    { effect: 'execute', level: 'L1' },
    { effect: 'network' },
    { effect: 'read' },
    { group: 'memory' },
  ] as const
  for (const over of others) {
    const changed = await states.keepState(run, call(over), signal)
    expect(await changed()).toBeNull()
  }
  expect([heard, problems]).toEqual([[], []])
})

test.skipIf(skip)(
  'promises a restore of what is kept: no large file, nothing of a folder that can be made again',
  async () => {
    const states = statesWith()
    const session = await sessions.open(run)
    expect(await states.restores(call(), session)).toBe(true)
    const made = { ...call(), input: { path: 'node_modules/a.js' } }
    expect(await states.restores(made, session)).toBe(false)
    expect(await states.restores({ ...call(), input: { path: '../up' } }, session)).toBe(false)
  },
)

test.skipIf(skip)('many states are packed when the run has ended', async () => {
  const states = statesWith()
  const { workspace } = await sessions.open(run)
  for (let at = 0; at < 3; at++) {
    const changed = await states.keepState(run, call(), signal)
    await workspace.write('a.txt', `state ${at}`)
    expect(await changed()).toMatchObject({ total: 1, files: [{ path: 'a.txt' }] })
  }
  const packs = () => readdir(join(workspace.home, 'checkpoints/objects/pack'))
  expect(await packs()).toEqual([])
  await states.quiet(run)
  expect((await packs()).length).toBeGreaterThan(0)
  expect((await (await sessions.checkpoints(run))?.list())?.states.length).toBeGreaterThan(2)
  expect(problems).toEqual([])
})
