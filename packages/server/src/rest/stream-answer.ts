import type { IncomingMessage, ServerResponse } from 'node:http'
import { formatLine, type StreamLine } from './stream-line.ts'

/** Writes lines as they come: as JSON each, or as Server-Sent Events where the caller accepts those. */
export async function streamAnswer(
  req: IncomingMessage,
  res: ServerResponse,
  signal: AbortSignal,
  lines: AsyncIterable<StreamLine>,
): Promise<void> {
  const asEvents = req.headers.accept?.includes('text/event-stream') ?? false
  res.writeHead(200, {
    'content-type': asEvents ? 'text/event-stream; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  })
  // From here on the caller knows that its question was taken, however long the first token takes.
  res.flushHeaders()
  for await (const line of lines) {
    // A caller that reads slowly holds up nothing but itself: the log keeps what it has not read.
    if (!res.write(formatLine(line, asEvents))) await drained(res, signal)
  }
  res.end()
}

/** Aborts when the caller is gone before its answer is complete. */
export function hangUpSignal(res: ServerResponse): AbortSignal {
  const controller = new AbortController()
  if (res.destroyed) controller.abort()
  res.once('close', () => {
    if (!res.writableFinished) controller.abort()
  })
  return controller.signal
}

function drained(res: ServerResponse, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = () => {
    res.off('drain', done)
    signal.removeEventListener('abort', done)
    resolve()
  }
  if (signal.aborted) resolve()
  else {
    res.on('drain', done)
    signal.addEventListener('abort', done)
  }
  return promise
}
