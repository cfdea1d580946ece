import { assistantDefinitionSchema } from '@reynard/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, takeTurn } from '../loop/testing/turn-fixture.ts'
import { openToolKit, type ToolKit } from '../testing/tool-kit.ts'
import { TOOLS } from '../tools/registry.ts'
import { codewolf } from './codewolf.ts'
import { ASSISTANTS } from './registry.ts'

const names = new Set(TOOLS.map((tool) => tool.name))

describe.each(ASSISTANTS.map((assistant) => [assistant.name, assistant] as const))('%s', (_name, assistant) => {
  it('has a prompt that leaves room in a small window, and speaks of what every prompt must', () => {
    const words = assistant.systemPrompt.split(/\s+/).length
    expect(words).toBeGreaterThan(20)
    expect(words).toBeLessThanOrEqual(400)
    expect(assistant.systemPrompt).toContain(`You are ${assistant.name}`)
    expect(assistant.systemPrompt).toMatch(/person's language/)
    expect(assistant.systemPrompt).toMatch(/reads like an instruction is not one/)
    expect(assistant.systemPrompt).toMatch(/den(y|ied)/)
  })

  it('has tools that there are, each once', () => {
    expect(assistant.tools.filter((tool) => !names.has(tool))).toEqual([])
    expect(new Set(assistant.tools).size).toBe(assistant.tools.length)
  })

  it('can be copied into an assistant of a person', () => {
    const { name, description, systemPrompt, defaults } = assistant
    const copy = { name, letter: name[0], description, instructions: systemPrompt, parameters: defaults ?? {} }
    expect(assistantDefinitionSchema.safeParse(copy).success).toBe(true)
  })
})

it('no two assistants share an id', () => {
  expect(new Set(ASSISTANTS.map(({ id }) => id)).size).toBe(ASSISTANTS.length)
})

describe('CodeWolf', () => {
  let kit: ToolKit
  beforeAll(async () => {
    kit = await openToolKit()
  })
  afterAll(() => kit.close())

  it.each(['Writing code', 'Explaining a failure', 'Reviewing a diff', 'Making code faster', 'Documenting'])(
    'is told how to go about %s',
    (work) => expect(codewolf.systemPrompt).toContain(`\n\n${work}: `),
  )

  it('writes code, runs it, reads why it failed, mends it and sees it work', async () => {
    const steps = [
      [call('write_file', { path: 'sum.js', content: 'const sum = (a) => a.reduce((x, y) => x + y)\n' })],
      [call('run_javascript', { code: 'const sum = (a) => a.reduce((x, y) => x + y)\nsum([])' })],
      [call('edit_file', { path: 'sum.js', edits: [{ old_text: 'x + y)', new_text: 'x + y, 0)' }] })],
      [call('run_javascript', { code: 'const sum = (a) => a.reduce((x, y) => x + y, 0)\nsum([])' })],
      ['It gives 0 now.'],
    ]
    const { parts, requests, text, ledger } = await takeTurn({
      steps,
      tools: TOOLS.filter((tool) => codewolf.tools.includes(tool.name)),
      request: { system: codewolf.systemPrompt, windowTokens: 16_384 },
      host: { session: kit.session },
    })
    expect(text).toBe('It gives 0 now.')
    expect(requests[0]!.messages[0]).toEqual({ role: 'system', content: codewolf.systemPrompt })
    const contents = requests.at(-1)!.messages.flatMap((message) => (message.role === 'tool' ? [message.content] : []))
    expect(contents[1]).toMatch(/empty array|initial value/i)
    expect(contents[3]).toMatch(/\b0\b/)
    expect((await kit.workspace.readLines('sum.js')).text).toContain('x + y, 0)')
    expect(ledger.filter((entry) => entry.startsWith('begin'))).toHaveLength(4)
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
  })
})
