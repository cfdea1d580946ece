import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../recordings/', import.meta.url)

/** One exchange with a real server. `end`: how the body ended; `eof` is a socket that closed without the last chunk. */
export type Recording = {
  name: string
  method: string
  path: string
  requestBody: string
  status: number
  /** Response headers in the order and case in which they were sent. */
  headers: [string, string][]
  /** The payload as the server flushed it. */
  chunks: string[]
  end: 'complete' | 'eof' | 'client-abort'
}

export function listRecordings(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.http'))
    .map((name) => name.slice(0, -'.http'.length))
}

export function readRecording(name: string): Recording {
  const text = readFileSync(new URL(`${name}.http`, folder), 'utf8')
  const [request = '', rest = ''] = text.split(/\n=== /, 2)
  const requestLines = request.split('\n')
  const first = requestLines.findIndex((line) => /^[A-Z]+ \S+ HTTP\/1\.1$/.test(line))
  const [method = '', path = ''] = requestLines[first]?.split(' ') ?? []
  const requestBody = requestLines.slice(requestLines.indexOf('', first) + 1).join('\n')
  const headEnd = rest.indexOf('\n\n')
  const [, statusLine = '', ...headers] = rest.slice(0, headEnd).split('\n')
  const chunks: string[] = []
  let end: Recording['end'] = 'complete'
  for (const line of rest.slice(headEnd + 2).split('\n')) {
    if (line === '') continue
    const event: unknown = JSON.parse(line)
    if (typeof event !== 'object' || event === null) continue
    if ('data' in event && typeof event.data === 'string') chunks.push(event.data)
    if ('end' in event && (event.end === 'eof' || event.end === 'client-abort')) end = event.end
  }
  const pairs = headers.map((line): [string, string] => {
    const colon = line.indexOf(': ')
    return [line.slice(0, colon), line.slice(colon + 2)]
  })
  return { name, method, path, requestBody, status: Number(statusLine.split(' ')[1]), headers: pairs, chunks, end }
}

/** The response as it stood on the wire: head, chunk framing and all. A Content-Length is counted anew, since texts may be redacted. */
export function recordedBytes(recording: Recording): Buffer[] {
  const chunked = recording.headers.some(([name]) => name.toLowerCase() === 'transfer-encoding')
  const length = recording.chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk), 0)
  const head = recording.headers.map(([name, value]) => `${name}: ${name === 'Content-Length' ? length : value}\r\n`)
  const frames = [`HTTP/1.1 ${recording.status} Recorded\r\n${head.join('')}\r\n`]
  for (const chunk of recording.chunks) {
    frames.push(chunked ? `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n` : chunk)
  }
  if (chunked && recording.end === 'complete') frames.push('0\r\n\r\n')
  return frames.map((frame) => Buffer.from(frame))
}
