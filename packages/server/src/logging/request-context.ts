import { AsyncLocalStorage } from 'node:async_hooks'
import { v7 as newId } from 'uuid'

/** In which request something is done. `userId` null: nobody known (yet). `traceparent`: of the caller's own trace, as it was sent. */
export type RequestContext = { requestId: string; userId: string | null; traceparent: string | null }

const storage = new AsyncLocalStorage<RequestContext>()
/** Of errors that are reported outside of the call in which they came up. */
const ofErrors = new WeakMap<Error, RequestContext>()

/** Does `work` as a request with an id of its own. What it sets going, a run too, belongs to it. */
export function asRequest<Result>(traceparent: string | null, work: (requestId: string) => Result): Result {
  const requestId = newId()
  return storage.run({ requestId, userId: null, traceparent }, () => work(requestId))
}

/** Does `work` for somebody: within the request that goes on, or, where a call has come over a socket, as one of its own. */
export async function asCaller<Result extends { ok: boolean; error?: Error }>(
  userId: string | null,
  work: () => Promise<Result>,
): Promise<Result> {
  const context = storage.getStore() ?? { requestId: newId(), userId, traceparent: null }
  context.userId = userId
  const result = await storage.run(context, work)
  if (result.error !== undefined) ofErrors.set(result.error, context)
  return result
}

/** Says who it is that asks in the request that goes on. */
export function nameCaller(userId: string): void {
  const context = storage.getStore()
  if (context !== undefined) context.userId = userId
}

/** The request in which this error came up, or the one that goes on. */
export function currentRequest(error?: Error): RequestContext | undefined {
  return (error && ofErrors.get(error)) ?? storage.getStore()
}
