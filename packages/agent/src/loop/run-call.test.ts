import { SandboxError } from '@reynard/sandbox'
import { describe, expect, it } from 'vitest'
import { call, echoTool, manualClock, takeTurn } from './testing/turn-fixture.ts'

describe('a running tool', () => {
  it('is stopped at its deadline, and the turn goes on with the reason', async () => {
    const clock = manualClock()
    const hang = echoTool({
      timeoutMs: 1_500,
      effect: 'execute',
      execute: (_input, { signal }) => {
        queueMicrotask(() => clock.pass(1_500))
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))))
      },
    })
    const { failures, ledger, text } = await takeTurn({
      tools: [hang],
      steps: [[call('echo', { text: 'a' })], ['So.']],
      host: { clock },
    })
    expect(failures).toMatchObject([{ failure: 'timeout', message: expect.stringContaining('1.5 s') }])
    expect(ledger).toEqual(['begin echo', 'failed'])
    expect(text).toBe('So.')
  })

  it('that does not even stop then is left behind, and its ledger entry stays open', async () => {
    const clock = manualClock()
    const deaf = echoTool({
      effect: 'write',
      execute: (_input, { signal }) => {
        signal.addEventListener('abort', () => queueMicrotask(() => clock.pass(2_000)))
        queueMicrotask(() => clock.pass(5_000))
        return new Promise(() => {})
      },
    })
    const { failures, ledger } = await takeTurn({
      tools: [deaf],
      steps: [[call('echo', { text: 'a' })], ['So.']],
      host: { clock },
    })
    expect(failures).toMatchObject([{ failure: 'timeout' }])
    expect(ledger).toEqual(['begin echo'])
  })

  it('is stopped with the turn, which then ends', async () => {
    const stop = new AbortController()
    let reached = false
    const hang = echoTool({
      execute: (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reached = true
            reject(new Error('gone'))
          })
        }),
    })
    const { parts, failures, requests } = await takeTurn({
      tools: [hang],
      steps: [[call('echo', { text: 'a' })], ['never']],
      signal: stop.signal,
      onPart: (part) => part.type === 'tool-start' && stop.abort(),
    })
    expect(reached).toBe(true)
    expect(failures.map(({ failure }) => failure)).toEqual(['aborted'])
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
    expect(requests).toHaveLength(1)
  })

  it('is not begun when the turn is stopped while a person decides', async () => {
    const stop = new AbortController()
    const { parts, ledger } = await takeTurn({
      tools: [echoTool({ effect: 'write' })],
      steps: [[call('echo', { text: 'a' })]],
      signal: stop.signal,
      host: {
        decide: () => {
          stop.abort()
          return new Promise(() => {})
        },
      },
    })
    expect(ledger).toEqual([])
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
  })
})

describe('a program that was ended', () => {
  it('shows what it had written until then', async () => {
    const output = { stdout: 'one\n', stderr: 'two\u001b[0m\n', truncated: false }
    const execute = () => Promise.reject(new SandboxError('timeout', 'It took too long.', { output }))
    const { parts } = await takeTurn({
      tools: [echoTool({ execute })],
      steps: [[call('echo', { text: 'a' })], ['.']],
    })
    expect(parts.find((part) => part.type === 'tool-error')).toMatchObject({
      failure: 'timeout',
      message: 'It took too long.',
      display: { kind: 'terminal', text: 'one\ntwo\n', exitCode: null },
    })
  })
})

describe('output of a tool', () => {
  const saying = (content: string) =>
    echoTool({ execute: async () => ({ content, display: { kind: 'terminal', text: content, exitCode: 0 } }) })
  const steps = [[call('echo', { text: 'a' })], ['.']]

  it('is capped for the model, which is told how much is missing and where the rest is', async () => {
    const { parts } = await takeTurn({
      tools: [saying('x'.repeat(50_000))],
      steps,
      host: { keepOutput: async () => 'out/1.txt' },
    })
    const result = parts.find((part) => part.type === 'tool-result')!
    expect(result.content.length).toBeLessThan(6_500)
    expect(result.content).toMatch(/\[43856 of 50000 characters are left out here\]/)
    expect(result.content).toMatch(/All of it is in out\/1\.txt\.$/)
    expect(result).toMatchObject({ truncated: true, display: { kind: 'terminal', text: 'x'.repeat(50_000) } })
  })

  it('is not said to be whole where the tool has left something out itself', async () => {
    const content = 'x'.repeat(50_000)
    const display = { kind: 'terminal', text: content, exitCode: 0 } as const
    const cut = echoTool({ execute: async () => ({ content, display, truncated: true }) })
    const { parts } = await takeTurn({ tools: [cut], steps, host: { keepOutput: async () => 'out/1.txt' } })
    const result = parts.find((part) => part.type === 'tool-result')!
    expect(result.content).toMatch(/More of it, but not all, is in out\/1\.txt\.$/)
  })

  it('loses control characters, marks that turn its direction and what only a model would see', async () => {
    const hidden = 'a\u001b[31mb\u001b]0;title\u0007c\u202Ed\u0000e\u200Bf\u{E0041}g\r\nh\ud800'
    const { parts } = await takeTurn({ tools: [saying(hidden)], steps })
    expect(parts.find((part) => part.type === 'tool-result')).toMatchObject({
      content: 'abcdefg\nh\uFFFD',
      display: { text: 'abcdefg\nh\uFFFD' },
    })
  })
})
