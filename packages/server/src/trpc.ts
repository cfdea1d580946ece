import { AppError } from '@reynard/protocol'
import { type AnyTRPCProcedure, type AnyTRPCRouter, initTRPC } from '@trpc/server'
import { z } from 'zod'
import { type Access, type Caller, refusalOf } from './access/access.ts'
import { formatTrpcError } from './http/error-map.ts'
import { asCaller } from './logging/request-context.ts'
import type { Services } from './services.ts'

/** Who asks, from where, and what can answer. `caller` null: nobody that we know. */
type RequestContext = { caller: Caller | null; address?: string; services: Services }

const t = initTRPC
  .context<RequestContext>()
  .meta<{ access: Access }>()
  .create({
    errorFormatter: formatTrpcError,
    sse: {
      ping: { enabled: true, intervalMs: 10_000 },
      // Well above the three seconds after which browsers reconnect by themselves: less doubles every connection.
      client: { reconnectAfterInactivityMs: 30_000 },
    },
  })

export const router = t.router

/** Calls for those who signed in. `ctx.ownerId`: whose objects they are about, which is whoever asks. */
function procedureFor(access: Exclude<Access, 'anyone'>) {
  return t.procedure.meta({ access }).use(({ ctx, next }) => {
    const refusal = refusalOf(ctx.caller, access)
    if (refusal !== null || ctx.caller === null) throw refusal ?? new AppError('unauthorized', 'Sign in first.')
    const { caller } = ctx
    const { userId } = caller
    return asCaller(caller, () => next({ ctx: { ...ctx, caller, ownerId: userId } }), ctx.address)
  })
}

/** Reads one's own, and what everybody may know of the server. */
export const readProcedure = procedureFor({ role: 'member', scope: 'read' })
/** Asks and answers: conversations and what belongs to them. */
export const chatProcedure = procedureFor({ role: 'member', scope: 'chat' })
/** What assistants may do and with which files: approvals, workspaces, projects. */
export const toolsProcedure = procedureFor({ role: 'member', scope: 'tools' })
/** Runs the server: models, engines, settings. */
export const adminProcedure = procedureFor({ role: 'admin', scope: 'admin' })
/** One's own account: who has a key alone changes nothing of it. */
export const selfProcedure = procedureFor({ role: 'member', scope: null })
/** Other people and what they may do. No key does. */
export const peopleProcedure = procedureFor({ role: 'admin', scope: null })
/** Opens this machine itself to the server: its folders. */
export const ownerProcedure = procedureFor({ role: 'owner', scope: 'admin' })

const declarationSchema = z.object({ access: z.custom<Access>((access) => access !== undefined) })

/** Each procedure's access, by its path. Throws where one does not declare who may call it: a server with such a call must not open. */
export function declaredAccess(all: AnyTRPCRouter): Map<string, Access> {
  const procedures: Record<string, AnyTRPCProcedure> = all._def.procedures
  const declared = new Map<string, Access>()
  for (const [path, { _def }] of Object.entries(procedures)) {
    const { data } = declarationSchema.safeParse(_def.meta)
    if (data === undefined) throw new Error(`The procedure ${path} does not declare who may call it.`)
    declared.set(path, data.access)
  }
  return declared
}
