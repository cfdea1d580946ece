import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Access, Caller } from './access.ts'

type Handles = {
  /** Whether a path below /api/ is this route's; the first one that says so serves it. */
  handles(path: string): boolean
}

/** A route besides the typed calls, and who may call it: the door asks before `serve` sees the request. */
export type RestRoute = Handles &
  (
    | { access: 'anyone'; serve(req: IncomingMessage, res: ServerResponse, path: string): void }
    | {
        access: Exclude<Access, 'anyone'>
        serve(req: IncomingMessage, res: ServerResponse, path: string, caller: Caller): void
      }
  )
