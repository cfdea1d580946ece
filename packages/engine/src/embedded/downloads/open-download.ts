import { AppError } from '@reynard/protocol'
import { Agent, type Dispatcher, request } from 'undici'
import { errorOfStatus } from './download-error.ts'
import type { ResumePoint } from './resume-point.ts'

export type OpenedDownload = {
  body: AsyncIterable<Buffer>
  /** The first byte of `body` stands here in the file: 0, or where the part ended. */
  startsAt: number
  totalBytes: number | null
  /** Strong validator of what is sent, for `If-Range`. */
  etag: string | null
  /** The hub's word on the file's SHA-256, hex. */
  linkedSha256: string | null
  /** Everything is here already; there is no body to read. */
  complete: boolean
  close(): void
}

type Options = {
  url: string
  headers?: Record<string, string>
  signal: AbortSignal
  connectMs?: number
  stallMs?: number
  resume: ResumePoint | null
}

const mostRedirects = 5

/**
 * Asks for a file, from where the part ends if there is one, and follows redirects. Hubs answer with a redirect whose own headers
 * name size and checksum (`X-Linked-Size`, `X-Linked-ETag`); the bytes come from another host, which must not see our token.
 */
export async function openDownload(options: Options): Promise<OpenedDownload> {
  const { signal, connectMs = 10_000, stallMs = 30_000, resume } = options
  const agent = new Agent({
    connect: { timeout: connectMs },
    headersTimeout: connectMs,
    bodyTimeout: stallMs,
    pipelining: 0,
  })
  const close = () => void agent.destroy()
  try {
    let url = options.url
    let headers: Record<string, string> = {
      'user-agent': 'reynard',
      'accept-encoding': 'identity',
      ...lowerCased(options.headers),
    }
    let linkedSize: number | null = null
    let linkedSha256: string | null = null
    for (let hop = 0; hop <= mostRedirects; hop++) {
      const response = await request(url, { dispatcher: agent, signal, headers: { ...headers, ...rangeOf(resume) } })
      linkedSize ??= numberOf(response, 'x-linked-size')
      linkedSha256 ??= sha256Of(response)
      const location = headerOf(response, 'location')
      if (response.statusCode >= 300 && response.statusCode < 400 && location) {
        await response.body.dump()
        const next = new URL(location, url)
        if (next.protocol !== 'https:' && next.protocol !== 'http:')
          throw errorOfStatus(response.statusCode, url, undefined)
        if (next.origin !== new URL(url).origin) headers = withoutSecrets(headers)
        url = next.href
        continue
      }
      return { ...readAnswer(response, { url, resume, linkedSize, linkedSha256 }), close }
    }
    throw new AppError('engine-failed', `${new URL(options.url).host} redirects in circles.`)
  } catch (error) {
    close()
    throw error
  }
}

type Context = { url: string; resume: ResumePoint | null; linkedSize: number | null; linkedSha256: string | null }

function readAnswer(
  response: Dispatcher.ResponseData,
  { url, resume, linkedSize, linkedSha256 }: Context,
): Omit<OpenedDownload, 'close'> {
  const etagHeader = headerOf(response, 'etag')
  const etag = etagHeader && !etagHeader.startsWith('W/') ? etagHeader : null
  const base = { body: response.body, etag, linkedSha256, complete: false }
  // The file behind the name is another one than the part is of: what is here is worthless.
  const isStale =
    resume !== null &&
    linkedSha256 !== null &&
    resume.sidecar.linkedSha256 !== null &&
    linkedSha256 !== resume.sidecar.linkedSha256
  switch (response.statusCode) {
    case 200:
      return { ...base, startsAt: 0, totalBytes: linkedSize ?? numberOf(response, 'content-length') }
    case 206: {
      const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headerOf(response, 'content-range') ?? '')
      const startsAt = Number(range?.[1] ?? -1)
      if (isStale || resume === null || startsAt !== resume.bytes) throw stalePart()
      const total = range?.[2] === '*' ? linkedSize : Number(range?.[2])
      return { ...base, etag: etag ?? resume.sidecar.etag, startsAt, totalBytes: total }
    }
    case 416: {
      const total = linkedSize ?? resume?.sidecar.totalBytes ?? null
      if (isStale || resume === null || resume.bytes !== total) throw stalePart()
      return { ...base, startsAt: resume.bytes, totalBytes: total, complete: true }
    }
    default:
      throw errorOfStatus(response.statusCode, url, headerOf(response, 'retry-after'))
  }
}

/** The part does not belong to the file that the server has now: `conflict`, and the download starts from its first byte. */
function stalePart(): AppError {
  return new AppError('conflict', 'The file on the server has changed while it was being fetched.')
}

function rangeOf(resume: ResumePoint | null): Record<string, string> {
  if (resume === null) return {}
  const { etag } = resume.sidecar
  return { range: `bytes=${resume.bytes}-`, ...(etag === null ? {} : { 'if-range': etag }) }
}

function withoutSecrets(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization' && name !== 'cookie'))
}

function lowerCased(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function headerOf(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function numberOf(response: Dispatcher.ResponseData, name: string): number | null {
  const text = headerOf(response, name)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null
}

function sha256Of(response: Dispatcher.ResponseData): string | null {
  return /^"?([0-9a-f]{64})"?$/i.exec(headerOf(response, 'x-linked-etag') ?? '')?.[1]?.toLowerCase() ?? null
}
