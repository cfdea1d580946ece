import type { ToolGroup } from '@reynard/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AgentMessage } from '../fit-context.ts'
import { narrowTools } from './narrow-tools.ts'
import { call, echoTool, takeTurn } from './testing/turn-fixture.ts'

const tool = (name: string, group: ToolGroup) => echoTool({ name, group, description: `${name} `.repeat(30) })
const tools = [
  tool('find_text', 'search'),
  tool('read_it', 'file_ops'),
  tool('write_it', 'file_ops'),
  tool('run_code', 'code_execution'),
  tool('query', 'data_analysis'),
  tool('commit', 'version_control'),
]
const asks = (text: string): AgentMessage[] => [{ id: 'q', role: 'user', text }]
const narrowed = (messages: AgentMessage[], room: number) => narrowTools(tools, messages, room, () => 1)

describe('narrowing', () => {
  it('keeps all tools when they fit', () => {
    expect(narrowed(asks('Hi'), 6)).toEqual({ kept: tools, leftOut: [] })
  })

  it.each([
    ['What is 17 * 23? Run a script.', 'run_code'],
    ['Show the average per month of these columns.', 'query'],
    ['Commit that on a new branch.', 'commit'],
    ['Where does this word occur? Search for it.', 'find_text'],
  ])('%s keeps %s', (question, name) => {
    expect(narrowed(asks(question), 1).kept.map((each) => each.name)).toEqual([name])
  })

  it('gives files first to a question that says nothing, and a part of a group that does not fit whole', () => {
    expect(narrowed(asks('Hello!'), 1)).toMatchObject({
      kept: [{ name: 'read_it' }],
      leftOut: ['find_text', 'write_it', 'run_code', 'query', 'commit'],
    })
  })

  it('keeps what was used before, and knows what "yes" meant', () => {
    const step = {
      reasoning: '',
      text: '',
      calls: [{ callId: 'c', name: 'query', arguments: {}, content: '', failed: false }],
    }
    const before: AgentMessage[] = [{ id: 'a', role: 'assistant', text: '', steps: [step] }, ...asks('Read a.txt')]
    expect(narrowed(before, 1).kept.map((each) => each.name)).toEqual(['query'])
    expect(narrowed([...asks('Shall we commit that to git?'), ...asks('yes')], 1).kept).toMatchObject([
      { name: 'commit' },
    ])
  })

  it('never goes over its budget, and loses no tool from sight', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.nat(50), { minLength: 6, maxLength: 6 }),
        fc.nat(200),
        (text, costs, room) => {
          const costOf = (each: (typeof tools)[number]) => costs[tools.indexOf(each)]!
          const { kept, leftOut } = narrowTools(tools, asks(text), room, costOf)
          expect(kept.reduce((sum, each) => sum + costOf(each), 0)).toBeLessThanOrEqual(room)
          expect([...kept.map((each) => each.name), ...leftOut].sort()).toEqual(tools.map((each) => each.name).sort())
        },
      ),
    )
  })
})

describe('a turn in a small window', () => {
  it.each(['native', 'constrained'] as const)(
    'tells the %s model of a quarter of its tools at most, and says which it left out',
    async (toolMode) => {
      const { parts, requests } = await takeTurn({
        tools,
        request: { toolMode, windowTokens: 1_024, messages: asks('Commit that.') },
        steps: [['{"action":"answer"}'], ['So.']],
      })
      const fitted = parts.find((part) => part.type === 'context-fitted')!
      expect(fitted.toolsLeftOut).toContain('run_code')
      expect(fitted.toolsLeftOut).not.toContain('commit')
      expect(fitted.tools).toBeLessThanOrEqual(256)
      const told = JSON.stringify(toolMode === 'native' ? requests[0]!.tools : requests[0]!.messages)
      expect(told).toContain('commit')
      expect(told).not.toContain('run_code')
    },
  )

  it('still runs a tool that it had no room to tell of', async () => {
    const { parts } = await takeTurn({
      tools,
      request: { windowTokens: 1_024, messages: asks('Commit that.') },
      steps: [[call('query', { text: 'a' })], ['So.']],
    })
    expect(parts.some((part) => part.type === 'tool-result')).toBe(true)
  })
})
