import { SandboxError, safeRequest } from '@reynard/sandbox'

/** A call of a search service. `name` is who it is for people; `timeoutMs` counts for all of it. */
export type ServiceRequest = {
  name: string
  url: string
  headers?: Record<string, string>
  /** Sent as JSON by POST; without it a GET. */
  json?: unknown
  timeoutMs: number
  signal: AbortSignal
}
export type ServiceAnswer = { status: number; contentType: string; text: string; location: string | null }
export type AskService = (request: ServiceRequest) => Promise<ServiceAnswer>

/** More of an answer is not read. Bytes. */
const mostBytes = 2 << 20

/** Asks a service of the public internet, and no address of our own network, whatever its name leads to. */
export const askPublic: AskService = ({ url, headers, json, timeoutMs, signal }) => {
  const body = json === undefined ? {} : { method: 'POST' as const, body: Buffer.from(JSON.stringify(json)) }
  const request = { headers: headersOf(headers, json), timeoutMs, signal, mayFollow: () => false, ...body }
  return safeRequest(url, request, async (answer) => {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of answer.body) {
      if (!Buffer.isBuffer(chunk)) continue
      size += chunk.length
      if (size > mostBytes) throw new SandboxError('too-large', 'The answer is longer than any answer should be.')
      chunks.push(chunk)
    }
    const type = answer.headers['content-type']
    const contentType = typeof type === 'string' ? type : ''
    return { status: answer.status, contentType, text: Buffer.concat(chunks).toString('utf8'), location: null }
  })
}

/** Asks a server whose address the operator has set, wherever it stands. Redirects are told, not followed. */
export const askOperator: AskService = async ({ url, headers, json, timeoutMs, signal }) => {
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await fetch(url, {
      headers: headersOf(headers, json),
      redirect: 'manual',
      signal: AbortSignal.any([signal, deadline]),
      ...(json !== undefined && { method: 'POST', body: JSON.stringify(json) }),
    })
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of answer.body ?? []) {
      size += chunk.byteLength
      if (size > mostBytes) throw new SandboxError('too-large', 'The answer is longer than any answer should be.')
      chunks.push(chunk)
    }
    return {
      status: answer.status,
      contentType: answer.headers.get('content-type') ?? '',
      text: Buffer.concat(chunks).toString('utf8'),
      location: answer.headers.get('location'),
    }
  } catch (error) {
    if (signal.aborted) throw new SandboxError('aborted', 'This was stopped.', { cause: error })
    if (deadline.aborted) throw new SandboxError('timeout', 'No answer came in time.', { cause: error })
    if (error instanceof SandboxError) throw error
    throw new SandboxError('failed', 'The server could not be reached, or broke off.', { cause: error })
  }
}

function headersOf(own: Record<string, string> = {}, json: unknown): Record<string, string> {
  return { accept: 'application/json', ...(json !== undefined && { 'content-type': 'application/json' }), ...own }
}
