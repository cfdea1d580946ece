import type { RunRollback, StartingRun } from '@reynard/client'
import { emptyRunView, type RunEvent } from '@reynard/protocol'
import { expect, it, vi } from 'vitest'
import { createRunStore } from './create-run-store.ts'

const delta = (seq: number, text: string): RunEvent => ({ type: 'text-delta', seq, at: seq, text, tokens: 1 })
const known = emptyRunView('run', 0)

/** A log that a test writes while it is followed; `scripts` one per subscription. */
type Script = (RunEvent | RunRollback | Error | 'end')[]
function openLog(...scripts: Script[]) {
  return openLogWith(async () => {}, ...scripts)
}
function openLogWith(retry: (signal: AbortSignal) => Promise<void>, ...scripts: Script[]) {
  const asked: number[] = []
  const runs: (string | StartingRun)[] = []
  let open = 0
  const frames: (() => void)[] = []
  const store = createRunStore(
    async function* (run, { after, signal }) {
      asked.push(after)
      runs.push(run)
      open += 1
      try {
        for (const item of scripts.shift() ?? []) {
          if (item === 'end') return
          if (item instanceof Error) throw item
          yield item
        }
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      } finally {
        open -= 1
      }
    },
    (flush) => {
      if (!frames.includes(flush)) frames.push(flush)
    },
    retry,
  )
  const paint = () =>
    frames.splice(0).forEach((flush) => {
      flush()
    })
  return { store, asked, runs, watches: () => open, paint }
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

/** Waits until it is let go of. */
const forever = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

it('has the first words of a run before its id is known, and hands them to its row', async () => {
  const { store, asked, runs, watches, paint } = openLogWith(forever, [delta(1, 'a'), delta(2, 'b')])
  const { promise: started, resolve } = Promise.withResolvers<{ runId: string }>()
  store.expect({ key: 'key', started })
  expect(runs).toEqual([{ key: 'key', started }])
  resolve({ runId: 'run' })
  await vi.waitFor(() => expect(store.get('run')).toBeDefined())
  const stop = store.subscribe(known, () => {})
  await vi.waitFor(() => {
    paint()
    expect(store.get('run')).toMatchObject({ runId: 'run', text: 'ab' })
  })
  expect(asked).toEqual([0])
  stop()
  await vi.waitFor(() => expect(watches()).toBe(0))
})

it('lets go of a run that was refused, and of one that nobody comes for', async () => {
  const refused = openLogWith(forever)
  refused.store.expect({ key: 'key', started: Promise.reject(new Error('The queue is full.')) })
  expect(refused.watches()).toBe(1)
  await vi.waitFor(() => expect(refused.watches()).toBe(0))
  const left = openLog([delta(1, 'a')])
  left.store.expect({ key: 'key', started: Promise.resolve({ runId: 'run' }) })
  expect(left.watches()).toBe(1)
  await vi.waitFor(() => expect(left.watches()).toBe(0))
})
