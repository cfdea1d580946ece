import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestGuard } from '../http/local-mode.ts'
import type { Access, Caller } from './access.ts'

type Handles = {
  /** Whether a path below /api/ is this route's; the first one that says so serves it. */
  handles(path: string): boolean
  /** Its path for statistics, what varies in braces. Absent: told together with others of its kind. */
  name?: string
  /** Decides instead of the door who may come in at all: for programs with a token of their own. */
  guard?: RequestGuard
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
