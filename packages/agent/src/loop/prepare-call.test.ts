import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineTool } from '../tools/tool.ts'
import { call, echoTool, takeTurn } from './testing/turn-fixture.ts'

describe('arguments', () => {
  const input = z.object({ path: z.string(), lines: z.number().int().optional(), tags: z.array(z.string()).optional() })
  const tool = () =>
    defineTool({
      name: 'echo',
      group: 'search',
      effect: 'read',
      level: 'none',
      description: '',
      input,
      timeoutMs: 1_000,
      title: () => ({ running: 'r', done: 'd' }),
      execute: async (given) => ({ content: JSON.stringify(given), display: { kind: 'text', text: '' } }),
    })

  it('that do not fit are told in words, once; then the tool is taken away for the turn', async () => {
    const { failures, requests, text } = await takeTurn({
      tools: [tool(), echoTool({ name: 'other' })],
      steps: [[call('echo', { lines: 'many' })], [call('echo', { path: 5.5, lines: [] })], ['So.']],
    })
    expect(failures).toEqual([
      {
        failure: 'bad-arguments',
        message:
          'The arguments do not fit echo: `path` is missing (a string is needed); `lines` must be a number. Call it again with arguments that fit.',
      },
      {
        failure: 'bad-arguments',
        message:
          'The arguments do not fit echo: `path` must be a string; `lines` must be a number. Go on without this tool.',
      },
    ])
    expect(requests.map((request) => request.tools!.map(({ name }) => name))).toEqual([
      ['echo', 'other'],
      ['echo', 'other'],
      ['other'],
    ])
    expect(text).toBe('So.')
  })

  it('that do not fit still say which file they were about, where the title of the tool can not be made of them', async () => {
    const edits = { ...tool(), title: ({ tags }: { tags: string[] }) => ({ running: tags.join(), done: tags.join() }) }
    const { parts } = await takeTurn({
      tools: [edits],
      steps: [[call('echo', { path: 'a.txt', lines: 'x' })], ['So.']],
    })
    expect(parts.find((part) => part.type === 'tool-call')).toMatchObject({
      run: { title: { running: 'Calling echo', done: 'Called echo', detail: 'a.txt', code: true } },
    })
  })

  it('that fit at last do not bring back a tool that was taken away', async () => {
    const bad = call('echo', { lines: 'many' })
    const { failures } = await takeTurn({
      tools: [tool(), echoTool({ name: 'other' })],
      steps: [[bad], [bad], [call('echo', { path: 'a' })], ['So.']],
    })
    expect(failures.map(({ failure }) => failure)).toEqual(['bad-arguments', 'bad-arguments', 'unavailable'])
  })

  it('longer than anything that is meant are none', async () => {
    const { failures, parts } = await takeTurn({ steps: [[call('echo', { text: 'x'.repeat(500_000) })], ['So.']] })
    expect(failures).toMatchObject([{ failure: 'bad-arguments', message: expect.stringContaining('longer than') }])
    expect(parts.find((part) => part.type === 'tool-call')).toMatchObject({ arguments: {} })
  })

  it('are mended where that is no guess', async () => {
    const { parts, failures } = await takeTurn({
      tools: [tool()],
      steps: [[call('echo', { path: 7, lines: '12', tags: '["a"]' }), call('echo', { path: 'x', lines: null })], ['.']],
    })
    expect(failures).toEqual([])
    expect(parts.filter((part) => part.type === 'tool-result').map(({ content }) => JSON.parse(content))).toEqual([
      { path: '7', lines: 12, tags: ['a'] },
      { path: 'x' },
    ])
  })

  it('that are nested without end are no arguments', async () => {
    const bottomless = `{"text":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    const { failures } = await takeTurn({
      steps: [[{ type: 'tool-call', call: { callId: 'x', name: 'echo', arguments: JSON.parse(bottomless) } }], ['.']],
    })
    expect(failures).toMatchObject([{ failure: 'bad-arguments' }])
  })

  it('of a tool that is not there are answered with those that are', async () => {
    const { failures, parts } = await takeTurn({ steps: [[call('teleport', { to: 'Rome' })], ['.']] })
    expect(failures).toEqual([
      { failure: 'unknown-tool', message: 'There is no tool named "teleport". There are: echo.' },
    ])
    expect(parts.find((part) => part.type === 'tool-call')).toMatchObject({ name: 'teleport', run: { group: null } })
  })

  it('find their tool under a name that is nearly right', async () => {
    const { parts } = await takeTurn({ steps: [[call('functions.Echo', { text: 'a' })], ['.']] })
    expect(parts.find((part) => part.type === 'tool-result')).toMatchObject({ content: 'echo: a' })
  })
})
