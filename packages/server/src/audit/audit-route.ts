import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError, type AuditFilter, exportAuditQuerySchema } from '@reynard/protocol'
import type { RestRoute } from '../access/rest-route.ts'
import { attachmentHeaders } from '../assistants/send-zip.ts'
import { describeError } from '../http/error-map.ts'
import { sendError } from '../http/send-error.ts'
import type { RunLogger } from '../runs/ports.ts'
import { CSV_HEAD, toCsv, toJsonLines } from './audit-file.ts'
import type { AuditLog } from './audit-log.ts'

const ROUTE = '/api/audit'
const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson' } as const

type Options = { audit: Pick<AuditLog, 'record' | 'readAll'>; logger: RunLogger }

/**
 * `GET /api/audit?format=csv` or `jsonl`, with the filters of the page: the log as a file, newest first, written while it is read. That
 * somebody took it stands in it.
 */
export function createAuditRoute({ audit, logger }: Options): RestRoute {
  return {
    access: { role: 'admin', scope: 'admin' },
    name: ROUTE,
    handles: (path) => path === ROUTE,
    serve(req: IncomingMessage, res: ServerResponse) {
      answer(req, res).catch((error: unknown) => {
        if (res.headersSent || res.destroyed) return void res.destroy()
        const { info, status, unexpected } = describeError(error)
        if (unexpected) logger.error({ err: error }, 'the audit log could not be sent')
        sendError(res, status, info)
      })
    },
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'GET') {
      res.setHeader('allow', 'GET')
      return sendError(res, 405, { code: 'bad-request', message: 'The log is read by GET.' })
    }
    const asked = exportAuditQuerySchema.safeParse(
      Object.fromEntries(new URLSearchParams((req.url ?? '').split('?')[1])),
    )
    if (!asked.success)
      throw new AppError('bad-request', asked.error.issues[0]?.message ?? 'This can not be asked for.')
    const { format, ...filter } = asked.data
    await audit.record('audit-export', { details: { format } })
    const day = new Date().toISOString().slice(0, 10)
    res.writeHead(200, { ...attachmentHeaders(`reynard-audit-${day}.${format}`), 'content-type': TYPES[format] })
    await pipeline(Readable.from(lines(filter, format)), res)
  }

  async function* lines(filter: AuditFilter, format: 'csv' | 'jsonl'): AsyncGenerator<string> {
    if (format === 'csv') yield CSV_HEAD
    for await (const entries of audit.readAll(filter)) yield format === 'csv' ? toCsv(entries) : toJsonLines(entries)
  }
}
