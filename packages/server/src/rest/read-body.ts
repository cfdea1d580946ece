import type { IncomingMessage } from 'node:http'

/** The largest body that a call may have, in bytes: every field at its limit, escaped character by character. */
export const REST_BODY_BYTES = 1024 * 1024

/**
 * The whole body; null when it is larger than `REST_BODY_BYTES` (what follows is thrown away, so that the caller can still read
 * its answer). Rejects when the caller hangs up before its end.
 */
export async function readBody(req: IncomingMessage): Promise<Buffer | null> {
  if (Number(req.headers['content-length'] ?? 0) > REST_BODY_BYTES) return null
  const chunks: Buffer[] = []
  let bodyBytes = 0
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | null>()
  req.on('error', reject)
  req.on('end', () => resolve(Buffer.concat(chunks)))
  req.on('data', (chunk: Buffer) => {
    bodyBytes += chunk.length
    if (bodyBytes <= REST_BODY_BYTES) chunks.push(chunk)
    else {
      chunks.length = 0
      resolve(null)
    }
  })
  return promise
}
