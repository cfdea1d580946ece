import { SandboxError } from '@reynard/sandbox'
import { describe, expect, it } from 'vitest'
import type { AnyTool } from '../tools/tool.ts'
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

  it('has the deadline that the operator set, and is told of it', async () => {
    const clock = manualClock()
    const told: number[] = []
    const hang = echoTool({
      timeoutMs: 1_500,
      execute: (_input, { signal, timeoutMs }) => {
        told.push(timeoutMs)
        queueMicrotask(() => clock.pass(1_500))
        queueMicrotask(() => clock.pass(2_500))
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))))
      },
    })
    const { failures } = await takeTurn({
      tools: [hang],
      steps: [[call('echo', { text: 'a' })], ['So.']],
      host: { clock, timeoutMs: ({ name }) => (name === 'echo' ? 4_000 : 1) },
    })
    expect(told).toEqual([4_000])
    expect(failures).toMatchObject([{ failure: 'timeout', message: expect.stringContaining('4 s') }])
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
      message: 'It took too long.\nWhat it had written until then:\none\n\ntwo\n',
      display: { kind: 'terminal', text: 'one\ntwo\n', exitCode: null },
    })
  })
})

describe('output of a tool', () => {
  const saying = (content: string) =>
    echoTool({ execute: async () => ({ content, display: { kind: 'terminal', text: content, exitCode: 0 } }) })
  const steps = [[call('echo', { text: 'a' })], ['.']]
  /** Takes what is to be kept as a server does. */
  function keeper(kept: string[] = []) {
    return {
      async keepOutput(_call: unknown, content: AsyncIterable<Uint8Array>) {
        let text = ''
        for await (const piece of content) text += Buffer.from(piece).toString()
        kept.push(text)
        return 'out/1.txt'
      },
    }
  }

  it('is capped for the model, which is told how much is missing and where the rest is', async () => {
    const { parts } = await takeTurn({
      tools: [saying('x'.repeat(50_000))],
      steps,
      host: keeper(),
    })
    const result = parts.find((part) => part.type === 'tool-result')!
    expect(result.content.length).toBeLessThan(6_500)
    expect(result.content).toMatch(/\[43856 of 50000 characters are left out here\]/)
    expect(result.content).toMatch(/All of it is in out\/1\.txt, 1 line: read_file reads it in ranges\.$/)
    expect(result).toMatchObject({ truncated: true, display: { kind: 'terminal', text: 'x'.repeat(50_000) } })
  })

  it('is not said to be whole where the tool has left something out itself', async () => {
    const content = 'x'.repeat(50_000)
    const display = { kind: 'terminal', text: content, exitCode: 0 } as const
    const cut = echoTool({ execute: async () => ({ content, display, truncated: true }) })
    const { parts } = await takeTurn({ tools: [cut], steps, host: keeper() })
    const result = parts.find((part) => part.type === 'tool-result')!
    expect(result.content).toMatch(/More of it, but not all, is in out\/1\.txt, 1 line: .* not kept\.$/)
  })

  it('is kept whole, cleaned, however long it is, and what is beyond 16 MiB is said to be lost', async () => {
    const line = `${'é'.repeat(98)}\u001b[31m\n`
    const kept: string[] = []
    const resultOf = async (content: string) => {
      const { parts } = await takeTurn({ tools: [saying(content)], steps, host: keeper(kept) })
      return parts.find((part) => part.type === 'tool-result')!
    }
    const whole = await resultOf(line.repeat(20_000))
    expect(whole.content).toMatch(/All of it is in out\/1\.txt, 20000 lines/)
    expect(whole.content.length).toBeLessThan(6_500)
    expect(kept[0] === `${'é'.repeat(98)}\n`.repeat(20_000)).toBe(true)
    expect((await resultOf(line.repeat(170_000))).content).toMatch(/More of it, but not all, is in out\/1\.txt/)
    // One line without end, of characters of two units each.
    await resultOf('😀'.repeat(300_001))
    expect(kept[2] === '😀'.repeat(300_001)).toBe(true)
  })

  it('of which a tool gives only a part has the rest in the file; where nothing can be kept it says so', async () => {
    const part = echoTool({
      execute: async () => ({ content: 'a\n… 2 more', full: 'a\nb\nc', display: { kind: 'text', text: 'a' } }),
    })
    const kept: string[] = []
    const contentOf = async (host: object) => {
      const { parts } = await takeTurn({ tools: [part], steps, host })
      return parts.find((found) => found.type === 'tool-result')?.content
    }
    expect(await contentOf(keeper(kept))).toBe(
      'a\n… 2 more\nAll of it is in out/1.txt, 3 lines: read_file reads it in ranges.',
    )
    expect(kept).toEqual(['a\nb\nc'])
    expect(await contentOf({ keepOutput: async () => null })).toMatch(/The rest could not be kept\.$/)
  })

  it('of a program that was ended is read to its end, and kept where it is long', async () => {
    const kept: string[] = []
    const failing = (stdout: string, truncated: boolean) =>
      echoTool({
        execute: async () => {
          throw new SandboxError('too-large', 'It wrote without end.', { output: { stdout, stderr: '', truncated } })
        },
      })
    const messageOfFailure = async (tool: AnyTool) =>
      (await takeTurn({ tools: [tool], steps, host: keeper(kept) })).failures[0]?.message
    expect(await messageOfFailure(failing('half', false))).toBe(
      'It wrote without end.\nWhat it had written until then:\nhalf',
    )
    expect(await messageOfFailure(failing(`${'x\n'.repeat(5_000)}last`, true))).toMatch(
      /last\nMore of it, but not all, is in out\/1\.txt, 5001 lines.*not kept\.$/,
    )
    expect(kept[0]).toHaveLength(10_004)
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
