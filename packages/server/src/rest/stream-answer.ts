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
  await writeStream(res, asEvents ? 'text/event-stream' : 'application/x-ndjson', signal, formatted(lines, asEvents))
}

async function* formatted(lines: AsyncIterable<StreamLine>, asEvents: boolean): AsyncGenerator<string, void> {
  for await (const line of lines) yield formatLine(line, asEvents)
}

/** Writes pieces of an answer as they come, past every buffer on the way. */
export async function writeStream(
  res: ServerResponse,
  contentType: string,
  signal: AbortSignal,
  pieces: AsyncIterable<string>,
): Promise<void> {
  res.writeHead(200, {
    'content-type': `${contentType}; charset=utf-8`,
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  })
  // From here on the caller knows that its question was taken, however long the first piece takes.
  res.flushHeaders()
  for await (const piece of pieces) {
    // A caller that reads slowly holds up nothing but itself: what it has not read is kept elsewhere.
    if (!res.write(piece)) await drained(res, signal)
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
