import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import protobuf from 'protobufjs'

/** As much of opentelemetry/proto/collector/trace/v1 as spans of ours use; numbers are those of the specification 1.x. */
const definition = protobuf.Root.fromJSON({
  nested: {
    Request: message({ resourceSpans: [1, 'ResourceSpans', true] }),
    ResourceSpans: message({ resource: [1, 'Resource'], scopeSpans: [2, 'ScopeSpans', true] }),
    Resource: message({ attributes: [1, 'KeyValue', true] }),
    ScopeSpans: message({ spans: [2, 'Span', true] }),
    Span: message({
      traceId: [1, 'bytes'],
      spanId: [2, 'bytes'],
      parentSpanId: [4, 'bytes'],
      name: [5, 'string'],
      kind: [6, 'int32'],
      start: [7, 'fixed64'],
      end: [8, 'fixed64'],
      attributes: [9, 'KeyValue', true],
      status: [15, 'Status'],
    }),
    Status: message({ message: [2, 'string'], code: [3, 'int32'] }),
    KeyValue: message({ key: [1, 'string'], value: [2, 'AnyValue'] }),
    AnyValue: message({
      text: [1, 'string'],
      flag: [2, 'bool'],
      whole: [3, 'int64'],
      number: [4, 'double'],
      list: [5, 'ArrayValue'],
    }),
    ArrayValue: message({ values: [1, 'AnyValue', true] }),
  },
})

type Fields = Record<string, [id: number, type: string, repeated?: boolean]>
function message(fields: Fields) {
  return {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, [id, type, repeated]]) => [
        name,
        { id, type, ...(repeated === true && { rule: 'repeated' }) },
      ]),
    ),
  }
}

/** A span as it arrived. Ids in hex, '' where there is no parent; times in UTC milliseconds; `status` 2: an error. */
export type ArrivedSpan = {
  traceId: string
  spanId: string
  parentId: string
  name: string
  start: number
  end: number
  status: number
  service: unknown
  attributes: Record<string, unknown>
}

/** A collector that takes spans by OTLP over HTTP and reads their protobuf. `refuses`: it answers 400 as long as this is true. */
export type Collector = {
  url: string
  spans: ArrivedSpan[]
  /** Of each request. */
  headers: IncomingHttpHeaders[]
  /** All bytes that came, to look for words in. */
  raw: Buffer[]
  refuses: boolean
  close(): Promise<void>
}

/** Listens on a free port of this machine. */
export async function openCollector(): Promise<Collector> {
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      collector.headers.push(req.headers)
      if (collector.refuses || req.url !== '/v1/traces' || req.headers['content-type'] !== 'application/x-protobuf') {
        res.writeHead(400).end()
        return
      }
      const sent = Buffer.concat(chunks)
      const body = req.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
      collector.raw.push(body)
      collector.spans.push(...readSpans(body))
      res.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    headers: [],
    raw: [],
    refuses: false,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return collector
}

type Value = { text?: string; flag?: boolean; whole?: string; number?: number; list?: { values: Value[] } }
type Pairs = { key: string; value: Value }[] | undefined
type Read = {
  resourceSpans: {
    resource?: { attributes: Pairs }
    scopeSpans: { spans: Record<'traceId' | 'spanId' | 'name' | 'start' | 'end', string>[] }[]
  }[]
}

function readSpans(body: Buffer): ArrivedSpan[] {
  const type = definition.lookupType('Request')
  const read = type.toObject(type.decode(body), { bytes: String, longs: String }) as Read
  return read.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => {
        const {
          parentSpanId = '',
          attributes,
          status,
        } = span as typeof span & {
          parentSpanId?: string
          attributes?: Pairs
          status?: { code?: number }
        }
        return {
          traceId: hex(span.traceId),
          spanId: hex(span.spanId),
          parentId: hex(parentSpanId),
          name: span.name,
          start: Number(BigInt(span.start) / 1_000_000n),
          end: Number(BigInt(span.end) / 1_000_000n),
          status: status?.code ?? 0,
          service: valuesOf(resource?.attributes)['service.name'],
          attributes: valuesOf(attributes),
        }
      }),
    ),
  )
}

const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex')

function valuesOf(pairs: Pairs = []): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]))
}

function plain({ text, flag, whole, number, list }: Value): unknown {
  return text ?? flag ?? number ?? (whole === undefined ? list?.values.map(plain) : Number(whole))
}
