import { expect, it } from 'vitest'
import { call, echoTool, manualClock, takeTurn } from './testing/turn-fixture.ts'

const change = { before: 'a', after: 'b', files: [{ path: 'x', change: 'modified' as const }], total: 1 }

async function actWith(tool: ReturnType<typeof echoTool>, stop = new AbortController()) {
  const asked: string[] = []
  const turn = await takeTurn({
    tools: [tool],
    steps: [[call('echo', { text: 'a' })], ['So.']],
    signal: stop.signal,
    host: {
      keepState: async (pending) => {
        asked.push(`before ${pending.tool.name}`)
        return async () => {
          asked.push('after')
          return change
        }
      },
    },
  })
  const ends = turn.parts.filter((part) => part.type === 'tool-result' || part.type === 'tool-error')
  return { ...turn, asked, ends }
}

it('keeps the state around a call that may change files, and says with its end what it changed', async () => {
  const { ends, asked, ledger } = await actWith(echoTool({ effect: 'write' }))
  expect(ends).toMatchObject([{ type: 'tool-result', changed: change }])
  expect(asked).toEqual(['before echo', 'after'])
  expect(ledger).toEqual(['begin echo', 'done'])
})

it('says so too of a call that failed half way', async () => {
  const fails = async () => {
    throw new Error('Half of it was done.')
  }
  const { ends } = await actWith(echoTool({ effect: 'execute', execute: fails }))
  expect(ends).toMatchObject([{ type: 'tool-error', failure: 'failed', changed: change }])
})

it('keeps none for a tool that only reads', async () => {
  const { ends, asked } = await actWith(echoTool())
  expect(asked).toEqual([])
  expect(ends[0]).not.toHaveProperty('changed')
})

it('says that it keeps the state where that takes a while, and waits for it no longer when the turn is stopped', async () => {
  const stop = new AbortController()
  const clock = manualClock()
  const { parts, ledger } = await takeTurn({
    tools: [echoTool({ effect: 'write' })],
    steps: [[call('echo', { text: 'a' })]],
    signal: stop.signal,
    onPart: (part) => part.type === 'tool-start' && stop.abort(),
    host: {
      clock,
      keepState: () => {
        setImmediate(() => clock.pass(1_000))
        return new Promise(() => {})
      },
    },
  })
  expect(parts).toContainEqual({ type: 'tool-start', callId: expect.any(String), keeping: true })
  expect(ledger).toEqual([])
})

it('begins no call when the turn was stopped while its state was kept', async () => {
  const stop = new AbortController()
  const { ledger } = await takeTurn({
    tools: [echoTool({ effect: 'write' })],
    steps: [[call('echo', { text: 'a' })]],
    signal: stop.signal,
    host: {
      keepState: async () => {
        stop.abort()
        return async () => null
      },
    },
  })
  expect(ledger).toEqual([])
})
