import type { ServerResponse } from 'node:http'
import type { ErrorInfo } from '@reynard/protocol'

/** Answers with a typed error before any procedure runs, and closes the connection: the rest of the request is not wanted. */
export function sendError(res: ServerResponse, status: number, error: ErrorInfo): void {
  if (res.headersSent) {
    res.destroy()
    return
  }
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  res.end(JSON.stringify({ detail: error.message, error }))
}
