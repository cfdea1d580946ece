import type { Clock } from '../runs/ports.ts'

type Options<Value> = {
  clock: Clock
  signal: AbortSignal
  /** Nothing will follow this one. */
  isLast?: (value: Value) => boolean
}

/** At most once a second. */
const restMs = 1_000

/** What `look` sees, then again whenever it differs, until `signal` aborts. Looks once a second, and only while somebody reads. */
export async function* whenChanged<Value>(
  look: () => Promise<Value>,
  { clock, signal, isLast }: Options<Value>,
): AsyncGenerator<Value, void> {
  let told = ''
  while (!signal.aborted) {
    const value = await look()
    const saying = JSON.stringify(value)
    if (saying !== told) {
      told = saying
      yield value
    }
    if (isLast?.(value)) return
    await new Promise<void>((resolve) => {
      const cancel = clock.after(restMs, done)
      function done() {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    })
  }
}
