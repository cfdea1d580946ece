import type { RunRollback } from '@reynard/client'
import { emptyRunView, type RunEvent } from '@reynard/protocol'
import { expect, it, vi } from 'vitest'
import { createRunStore } from './create-run-store.ts'

const delta = (seq: number, text: string): RunEvent => ({ type: 'text-delta', seq, at: seq, text, tokens: 1 })
const known = emptyRunView('run', 0)

/** A log that a test writes while it is followed; `scripts` one per subscription. */
function openLog(...scripts: (RunEvent | RunRollback | Error | 'end')[][]) {
  const asked: number[] = []
  const frames: (() => void)[] = []
  const store = createRunStore(
    async function* (_runId, { after, signal }) {
      asked.push(after)
      for (const item of scripts.shift() ?? []) {
        if (item === 'end') return
        if (item instanceof Error) throw item
        yield item
      }
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    },
    (flush) => {
      if (!frames.includes(flush)) frames.push(flush)
    },
    async () => {},
  )
  const paint = () =>
    frames.splice(0).forEach((flush) => {
      flush()
    })
  return { store, asked, paint }
}

it('tells once per frame, however many events came', async () => {
  const { store, paint } = openLog([delta(1, 'a'), delta(2, 'b'), delta(3, 'c')])
  const listener = vi.fn()
  store.subscribe(known, listener)
  await vi.waitFor(() => {
    paint()
    expect(store.get('run')?.text).toBe('abc')
  })
  expect(listener).toHaveBeenCalledTimes(1)
})

it('reads the run again after a rollback and keeps what is shown until both agree', async () => {
  const { store, asked, paint } = openLog(
    [delta(1, 'a'), delta(2, 'b'), delta(3, 'lost'), { type: 'rollback', seq: 2 }],
    [delta(1, 'a'), delta(2, 'b'), { type: 'run-end', seq: 3, at: 3, reason: 'interrupted' }],
  )
  const seen: string[] = []
  store.subscribe(known, () => seen.push(store.get('run')?.text ?? ''))
  await vi.waitFor(() => {
    paint()
    expect(store.get('run')).toMatchObject({ text: 'ab', endReason: 'interrupted' })
  })
  expect(asked).toEqual([0, 0])
  expect(seen).not.toContain('a')
})

it('follows again from where it was after an error', async () => {
  const { store, asked, paint } = openLog([delta(1, 'a'), new Error('refused')], [delta(2, 'b')])
  store.subscribe(known, () => {})
  await vi.waitFor(() => {
    paint()
    expect(store.get('run')?.text).toBe('ab')
  })
  expect(asked).toEqual([0, 1])
})

it('follows again where the watch ended and the run did not', async () => {
  const { store, asked, paint } = openLog([delta(1, 'a'), 'end'], [delta(2, 'b')])
  store.subscribe(known, () => {})
  await vi.waitFor(() => {
    paint()
    expect(store.get('run')?.text).toBe('ab')
  })
  expect(asked).toEqual([0, 1])
})

it('stops following when nobody listens, and goes on from the same number later', async () => {
  const { store, asked, paint } = openLog([delta(1, 'a')], [delta(2, 'b')])
  const stop = store.subscribe(known, () => {})
  await vi.waitFor(() => {
    paint()
    expect(store.get('run')?.text).toBe('a')
  })
  stop()
  store.subscribe(known, () => {})
  await vi.waitFor(() => {
    paint()
    expect(store.get('run')?.text).toBe('ab')
  })
  expect(asked).toEqual([0, 1])
})
