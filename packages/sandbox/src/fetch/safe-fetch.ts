import { SandboxError } from '../sandbox-error.ts'
import { type SafeRequest, safeRequest } from './safe-request.ts'

/** A page as it came. `url` is where the redirects led; `truncated`: it was longer than `maxBytes`. */
export type FetchedPage = { url: string; status: number; contentType: string; bytes: Buffer; truncated: boolean }
export type SafeFetchOptions = Omit<SafeRequest, 'method' | 'body'> & {
  /** What is kept of the body; 1 MiB unless told. */
  maxBytes?: number
}

/**
 * Fetches a page of the public internet for somebody who chose the address and must not reach our own network by it. 10 s for everything
 * unless told. Any status is an answer. Throws as `safeRequest`, and `failed` for a compressed body, which none was asked for.
 */
export function safeFetch(address: string, options: SafeFetchOptions = {}): Promise<FetchedPage> {
  const { maxBytes = 1 << 20, ...request } = options
  return safeRequest(address, request, async ({ url, status, headers, body }) => {
    const encoding = headers['content-encoding']
    if (encoding !== undefined && encoding !== 'identity') {
      throw new SandboxError('failed', 'The server sent a compressed page, although none was asked for.')
    }
    const kept: Buffer[] = []
    let size = 0
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue
      kept.push(chunk)
      size += chunk.length
      if (size > maxBytes) break
    }
    const type = headers['content-type']
    return {
      url: url.href,
      status,
      contentType: typeof type === 'string' ? type : '',
      bytes: Buffer.concat(kept).subarray(0, maxBytes),
      truncated: size > maxBytes,
    }
  })
}
