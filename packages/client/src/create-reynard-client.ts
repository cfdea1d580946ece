import type { RunEvent } from '@reynard/protocol'
import type { AppRouter } from '@reynard/server/router'
import { createTRPCClient, type TRPCClient } from '@trpc/client'
import { type FollowOptions, followRun, type RunRollback, type StartingRun } from './follow-run.ts'
import { type Connection, type LinkOptions, openLinks } from './open-links.ts'

export type ReynardClientOptions = LinkOptions

export type ReynardClient = {
  /** Every procedure of the server, typed. */
  trpc: TRPCClient<AppRouter>
  connection: Connection
  /** A run's events after `after`, each exactly once, over any number of cuts; also of one that is just being started. See `followRun`. */
  followRun(run: string | StartingRun, options?: FollowOptions): AsyncIterable<RunEvent | RunRollback>
  /** Ends all subscriptions and closes the socket. */
  close(): Promise<void>
}

/**
 * The typed client for browsers, the command line and other apps. Nothing is connected before the first subscription.
 * @example
 * const reynard = createReynardClient({ baseUrl: 'http://localhost:8000' })
 * const key = crypto.randomUUID()
 * const started = reynard.trpc.chat.send.mutate({ key, conversationId: null, parentId: null, text: 'Hello' })
 * for await (const event of reynard.followRun({ key, started })) if (event.type === 'text-delta') process.stdout.write(event.text)
 * await reynard.close()
 */
export function createReynardClient(options: ReynardClientOptions): ReynardClient {
  const { links, connection, close } = openLinks(options)
  const trpc = createTRPCClient<AppRouter>({ links })
  return {
    trpc,
    connection,
    followRun: (run, follow) => followRun((input, observer) => trpc.chat.watch.subscribe(input, observer), run, follow),
    close,
  }
}
