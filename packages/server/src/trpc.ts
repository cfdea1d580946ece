import { AppError } from '@reynard/protocol'
import { initTRPC } from '@trpc/server'
import { formatTrpcError } from './http/error-map.ts'
import type { Services } from './services.ts'

/** Who asks, and what can answer. `ownerId` null: nobody that we know. */
type RequestContext = { ownerId: string | null; services: Services }

const t = initTRPC.context<RequestContext>().create({
  errorFormatter: formatTrpcError,
  sse: {
    ping: { enabled: true, intervalMs: 10_000 },
    // Well above the three seconds after which browsers reconnect by themselves: less doubles every connection.
    client: { reconnectAfterInactivityMs: 30_000 },
  },
})

export const router = t.router

/** For the owner of the server, and of everything the call names. In local mode that is whoever passed the guard at the door. */
export const ownerProcedure = t.procedure.use(({ ctx, next }) => {
  if (ctx.ownerId === null) throw new AppError('unauthorized', 'Sign in first.')
  return next({ ctx: { ...ctx, ownerId: ctx.ownerId } })
})
