import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError, type RunEvent, type RunReference, type WatchItem, watchInputSchema } from '@reynard/protocol'
import { createHttpHandlers, formatTrpcError } from '@reynard/server/testing'
import { initTRPC, tracked } from '@trpc/server'

const t = initTRPC.create({
  errorFormatter: formatTrpcError,
  sse: { ping: { enabled: true, intervalMs: 50 }, client: { reconnectAfterInactivityMs: 500 } },
})

/** A run's log that tests write by hand. */
function createLog() {
  const events: RunEvent[] = []
  let wake = Promise.withResolvers<void>()
  return {
    events,
    cancels: 0,
    cancelGate: Promise.resolve(),
    write(text: string): void {
      events.push({ type: 'text-delta', seq: events.length + 1, at: 0, text, tokens: 1 })
      wake.resolve()
      wake = Promise.withResolvers()
    },
    end(): void {
      events.push({ type: 'run-end', seq: events.length + 1, at: 0, reason: 'done' })
      wake.resolve()
      wake = Promise.withResolvers()
    },
    /** What a crash leaves of it. */
    truncate(to: number): void {
      events.length = to
    },
    async *read(after: number, signal: AbortSignal): AsyncGenerator<WatchItem, void> {
      if (after > events.length) yield { kind: 'rollback', seq: events.length }
      let seq = Math.min(after, events.length)
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      while (!signal.aborted) {
        if (events[seq - 1]?.type === 'run-end') return
        // One event at a time, as from a live run, so that a cut can fall between any two.
        const next = events[seq]
        if (next === undefined) await Promise.race([wake.promise, aborted])
        else {
          seq = next.seq
          yield { kind: 'events', events: [next] }
        }
      }
    },
  }
}
export type Log = ReturnType<typeof createLog>

const logs = new Map<string, Log>()
/** Runs that were asked for and are not there, by id or key. */
const refused: string[] = []
const logOf = (run: RunReference) => logs.get('runId' in run ? run.runId : run.key)
export const logRouter = t.router({
  chat: t.router({
    watch: t.procedure.input(watchInputSchema).subscription(async function* ({ input, signal }) {
      const log = logOf(input)
      if (log === undefined) {
        refused.push('runId' in input ? input.runId : input.key)
        throw new AppError('not-found', 'There is no such run.')
      }
      const after = input.lastEventId ? Number(input.lastEventId) : input.after
      for await (const item of log.read(after, signal ?? AbortSignal.abort())) {
        yield tracked(String(item.kind === 'rollback' ? item.seq : item.events.at(-1)?.seq), item)
      }
    }),
    /** Taken once per run, as by a key. The first time it can be held up. */
    cancel: t.procedure.input(watchInputSchema).mutation(async ({ input }) => {
      const log = logOf(input)
      if (log === undefined) throw new AppError('not-found', 'There is no such run.')
      log.cancels += 1
      if (log.cancels === 1) await log.cancelGate
      return log.cancels
    }),
  }),
  ping: t.procedure.query(() => 'pong'),
})

/** The real doors (HTTP, SSE, WebSocket) before logs that the test writes. */
export async function openLogServer(options: { port?: number; backlogBytes?: number } = {}) {
  const warnings: string[] = []
  const handlers = createHttpHandlers({
    router: logRouter,
    createContext: () => ({}),
    routes: [{ access: 'anyone', handles: (path) => path === '/api/health', serve: (_req, res) => void res.end('{}') }],
    identify: () => null,
    logger: { warn: (_fields, message) => warnings.push(message), error: () => {} },
    webSocketLimits: { backlogBytes: options.backlogBytes ?? 1_000_000 },
  })
  const server = createServer((req, res) => void handlers.handleRequest(req, res))
  server.on('upgrade', handlers.handleUpgrade)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    warnings,
    refused,
    port,
    url: `http://127.0.0.1:${port}`,
    addRun(): { runId: string; log: Log } {
      const runId = crypto.randomUUID()
      const log = createLog()
      logs.set(runId, log)
      return { runId, log }
    },
    async close(): Promise<void> {
      await handlers.close()
      server.close()
      server.closeAllConnections()
    },
  }
}
