import { AsyncLocalStorage } from 'node:async_hooks'
import { v7 as newId } from 'uuid'

/**
 * In which request something is done. `userId` null: nobody known (yet). `traceparent`: of the caller's own trace, as it was sent.
 * `address`: where it came from; null where nobody looked.
 */
export type RequestContext = {
  requestId: string
  userId: string | null
  traceparent: string | null
  credential: string | null
  address: string | null
}
/** Who asks: their id, and by which session or key. */
type Asking = { userId: string; credential: { id: string } | null }

const storage = new AsyncLocalStorage<RequestContext>()
/** Of errors that are reported outside of the call in which they came up. */
const ofErrors = new WeakMap<Error, RequestContext>()

/** Does `work` as a request with an id of its own. What it sets going, a run too, belongs to it. */
export function asRequest<Result>(
  traceparent: string | null,
  work: (requestId: string) => Result,
  address: string | null = null,
): Result {
  const requestId = newId()
  return storage.run({ requestId, userId: null, traceparent, credential: null, address }, () => work(requestId))
}

/** Does `work` for somebody: within the request that goes on, or, where a call has come over a socket, as one of its own. */
export async function asCaller<Result extends { ok: boolean; error?: Error }>(
  { userId, credential }: Asking,
  work: () => Promise<Result>,
  address: string | null = null,
): Promise<Result> {
  const context = storage.getStore() ?? { requestId: newId(), userId, traceparent: null, credential: null, address }
  context.userId = userId
  context.credential = credential?.id ?? null
  const result = await storage.run(context, work)
  if (result.error !== undefined) ofErrors.set(result.error, context)
  return result
}

/** Says who it is that asks in the request that goes on. */
export function nameCaller({ userId, credential }: Asking): void {
  const context = storage.getStore()
  if (context === undefined) return
  context.userId = userId
  context.credential = credential?.id ?? null
}

/** The request in which this error came up, or the one that goes on. */
export function currentRequest(error?: Error): RequestContext | undefined {
  return (error && ofErrors.get(error)) ?? storage.getStore()
}
