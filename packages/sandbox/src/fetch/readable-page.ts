import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { SandboxError } from '../sandbox-error.ts'

/** A page as text: markdown with links to http and https, images as their description, nothing that loads by itself. */
export type ReadablePage = { title: string; markdown: string; truncated: boolean }
/** What the worker is given. `contentType` may name the charset. */
export type PageSource = { bytes: Uint8Array; contentType: string; url: string; maxCharacters: number }

const replySchema = z.union([
  z.object({ title: z.string(), markdown: z.string(), truncated: z.boolean() }),
  z.object({ failed: z.string() }),
])

/**
 * The readable text of an HTML page, without what a reader would not see as far as the page's own attributes tell. Parsed in a thread of
 * its own with 256 MB, which is ended after `timeoutMs` (3 s): nesting makes any parser slow. Throws `timeout`, `failed`, `aborted`.
 */
export async function readablePage(
  page: { bytes: Uint8Array; contentType: string; url: string },
  {
    timeoutMs = 3000,
    maxCharacters = 100_000,
    signal,
  }: { timeoutMs?: number; maxCharacters?: number; signal?: AbortSignal } = {},
): Promise<ReadablePage> {
  const { bytes, contentType, url } = page
  const workerData: PageSource = { bytes, contentType, url, maxCharacters }
  const worker = new Worker(new URL('./readable-worker.ts', import.meta.url), {
    workerData,
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  })
  const deadline = AbortSignal.timeout(timeoutMs)
  const ends = signal ? AbortSignal.any([signal, deadline]) : deadline
  try {
    return await new Promise((resolve, reject) => {
      const fail = (cause: unknown) =>
        reject(new SandboxError('failed', 'This page could not be read as text.', { cause }))
      const stop = () =>
        reject(
          signal?.aborted
            ? new SandboxError('aborted', 'This was stopped.')
            : new SandboxError('timeout', 'This page is too entangled to be read as text.'),
        )
      if (ends.aborted) stop()
      ends.addEventListener('abort', stop, { once: true })
      worker.once('error', fail)
      worker.once('exit', fail)
      worker.once('message', (message) => {
        const reply = replySchema.safeParse(message)
        if (reply.success && 'markdown' in reply.data) resolve(reply.data)
        else fail(reply.data ?? reply.error)
      })
    })
  } finally {
    await worker.terminate()
  }
}
