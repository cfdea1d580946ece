import type { Engine, PullProgress } from '@reynard/engine'
import { createScriptedEngine } from '@reynard/engine/testing'
import { AppError } from '@reynard/protocol'
import { expect, it, vi } from 'vitest'
import { systemClock } from '../runs/ports.ts'
import { createOllamaPulls } from './ollama-pulls.ts'

/** An engine whose pull says what the test hands it. */
function pullingEngine() {
  const steps = new TransformStream<PullProgress, PullProgress>()
  const writer = steps.writable.getWriter()
  const calls: AbortSignal[] = []
  const engine: Engine = {
    ...createScriptedEngine(),
    async *pull(_model, { signal }) {
      calls.push(signal)
      const reader = steps.readable.getReader()
      const aborted = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null)))
      try {
        while (true) {
          const step = await Promise.race([reader.read(), aborted])
          if (step === null) throw new AppError('aborted', 'Aborted.')
          if (step.done) return
          yield step.value
        }
      } finally {
        reader.releaseLock()
      }
    },
  }
  return { engine, calls, say: (step: PullProgress) => writer.write(step), end: () => writer.close() }
}

function setUp(engine: Engine | null) {
  const onPulled = vi.fn(async () => {})
  const pulls = createOllamaPulls({ engine: () => engine, clock: systemClock, onChange() {}, onPulled })
  return { pulls, onPulled }
}

const downloading = (completedBytes: number): PullProgress => ({ status: 'pulling', completedBytes, totalBytes: 1000 })

it('pulls with progress, and tells when the model is there', async () => {
  const { engine, say, end } = pullingEngine()
  const { pulls, onPulled } = setUp(engine)
  const { id } = pulls.start('llama3')
  await say(downloading(400))
  await vi.waitFor(() => expect(pulls.list()[0]).toMatchObject({ id, state: 'running', receivedBytes: 400 }))
  expect(pulls.start('llama3').id).toBe(id)
  await end()
  await vi.waitFor(() =>
    expect(pulls.list()).toEqual([expect.objectContaining({ state: 'done', receivedBytes: 1000 })]),
  )
  expect(onPulled).toHaveBeenCalledOnce()
})

it('pauses by leaving Ollama alone, and goes on', async () => {
  const { engine, calls, say, end } = pullingEngine()
  const { pulls } = setUp(engine)
  const { id } = pulls.start('llama3')
  await say(downloading(400))
  await vi.waitFor(() => expect(pulls.list()[0]?.receivedBytes).toBe(400))
  pulls.pause(id)
  expect(calls[0]?.aborted).toBe(true)
  expect(pulls.list()[0]?.state).toBe('paused')
  await vi.waitFor(() => expect(pulls.list()[0]?.state).toBe('paused'))
  pulls.resume(id)
  await end()
  await vi.waitFor(() => expect(pulls.list()[0]?.state).toBe('done'))
  expect(calls).toHaveLength(2)
})

it('says why a pull failed, and can try again', async () => {
  const { pulls } = setUp(null)
  pulls.start('llama3')
  await vi.waitFor(() => expect(pulls.list()[0]).toMatchObject({ state: 'failed', error: { code: 'no-engine' } }))
  pulls.start('llama3')
  expect(pulls.list()).toHaveLength(1)
})

it('cancels', async () => {
  const { engine, calls } = pullingEngine()
  const { pulls, onPulled } = setUp(engine)
  const { id } = pulls.start('llama3')
  await vi.waitFor(() => expect(calls).toHaveLength(1))
  pulls.cancel(id)
  expect(pulls.list()[0]?.state).toBe('cancelled')
  expect(calls[0]?.aborted).toBe(true)
  expect(onPulled).not.toHaveBeenCalled()
  expect(() => pulls.cancel('other')).toThrow('not known')
})
