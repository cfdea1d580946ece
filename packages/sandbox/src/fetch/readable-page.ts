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
  z.object({ started: z.literal(true) }),
])

/** A thread of a busy machine may take so long to load its parser; ms. */
const startMs = 15_000

/**
 * The readable text of an HTML page, without what a reader would not see as far as the page's own attributes tell. Parsed in a thread of
 * its own with 256 MB, which is ended `timeoutMs` (3 s) after it has loaded: nesting makes any parser slow. Throws `timeout`, `failed`, `aborted`.
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
  let timer: NodeJS.Timeout | undefined
  let onAbort = () => {}
  try {
    return await new Promise((resolve, reject) => {
      const fail = (cause: unknown) =>
        reject(new SandboxError('failed', 'This page could not be read as text.', { cause }))
      const late = () => reject(new SandboxError('timeout', 'This page is too entangled to be read as text.'))
      onAbort = () => reject(new SandboxError('aborted', 'This was stopped.'))
      if (signal?.aborted) onAbort()
      signal?.addEventListener('abort', onAbort)
      timer = setTimeout(late, startMs)
      worker.once('error', fail)
      worker.once('exit', fail)
      worker.on('message', (message) => {
        const reply = replySchema.safeParse(message)
        if (!reply.success || 'failed' in reply.data) fail(reply.data ?? reply.error)
        else if ('markdown' in reply.data) resolve(reply.data)
        else {
          clearTimeout(timer)
          timer = setTimeout(late, timeoutMs)
        }
      })
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    await worker.terminate()
  }
}
