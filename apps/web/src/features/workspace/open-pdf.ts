import { getDocument, type PDFDocumentProxy, PDFWorker } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** A picture of more pixels than this is left out: it would take the page's memory. */
const MOST_PIXELS = 16_000_000
/** A document that takes longer to open is not shown. */
const DEADLINE_MS = 30_000

/**
 * Reads a PDF in a worker of its own, which ends with `signal`, whatever it does. Nothing in the document is run: no scripts, no forms, no
 * links, and nothing is fetched for it. Rejects where it is damaged, locked, or takes too long.
 */
export async function openPdf(data: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<PDFDocumentProxy> {
  signal.throwIfAborted()
  const port = new Worker(new URL('pdfjs-dist/legacy/build/pdf.worker.min.mjs', import.meta.url), { type: 'module' })
  const end = () => port.terminate()
  signal.addEventListener('abort', end, { once: true })
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('The document took too long.')), DEADLINE_MS)
  port.addEventListener('error', () => late.reject(new Error('The worker ended.')))
  try {
    const worker = PDFWorker.create({ port })
    const options = { enableXfa: false, useWorkerFetch: false, useWasm: false, maxImageSize: MOST_PIXELS, verbosity: 0 }
    return await Promise.race([getDocument({ data, worker, ...options }).promise, late.promise])
  } catch (error) {
    end()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
