import type { ServerResponse } from 'node:http'
import type { FakeState } from './fake-state.ts'
import type { Fault } from './fault.ts'
import type { RecordedRequest } from './request-log.ts'
import { sendError } from './respond.ts'

const texts: Record<number, string> = {
  400: 'invalid request',
  401: 'unauthorized',
  404: "model 'nope' not found",
  500: 'model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details',
  503: 'server busy, please try again.  maximum pending requests exceeded',
}

/** Plays a fault that comes before the first byte. False: this one comes later, or there is none. */
export function playEarlyFault(
  state: FakeState,
  fault: Fault | undefined,
  request: RecordedRequest,
  res: ServerResponse,
): boolean {
  switch (fault?.kind) {
    case 'hang-up':
      request.cutting = true
      res.socket?.destroy()
      return true
    case 'gone':
      request.cutting = true
      state.goneFor(fault.ms ?? 5000)
      return true
    case 'status': {
      const status = fault.status ?? 500
      const message = fault.message ?? texts[status] ?? 'internal error'
      if (!message.startsWith('<')) sendError(res, status, message)
      else res.writeHead(status, { 'Content-Type': 'text/html' }).end(message)
      return true
    }
    case 'forbidden':
      res.writeHead(403, { 'Content-Length': 0 }).end()
      return true
    case 'silence-before-headers':
      return true
    default:
      return false
  }
}
