import type { Admission } from '../admission/admission.ts'
import type { Clock } from './ports.ts'

type Place = { userId: string; host: string; model: string; slots: number | null }

/**
 * Waits for a slot that no person wants and calls the model with it. Null where `signal` aborted, or a person came, before it was
 * begun; whoever comes later aborts the signal that `call` is given. Throws `too-many-requests` where there is no place to wait in.
 */
export async function inBackground<Result>(
  admission: Admission,
  clock: Clock,
  { userId, ...place }: Place,
  signal: AbortSignal,
  call: (signal: AbortSignal, startedAt: number) => Promise<Result>,
): Promise<Result | null> {
  /** Aborted by a person who waits, and by nothing else. */
  const preempted = new AbortController()
  const stop = AbortSignal.any([signal, preempted.signal])
  let leave = () => {}
  try {
    const startedAt = await new Promise<number | null>((resolve) => {
      stop.addEventListener('abort', () => resolve(null), { once: true })
      const ticket = admission.enter({
        userId,
        class: 'background',
        onAdmit: () => resolve(clock.now()),
        onPreempt: () => preempted.abort(),
      })
      leave = () => ticket.leave()
      ticket.queue(place)
      if (signal.aborted) resolve(null)
    })
    return startedAt === null ? null : await call(stop, startedAt)
  } finally {
    leave()
  }
}
