import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError, usageFileQuerySchema } from '@reynard/protocol'
import type { RestRoute } from '../access/rest-route.ts'
import { attachmentHeaders } from '../assistants/send-zip.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { describeError } from '../http/error-map.ts'
import { sendError } from '../http/send-error.ts'
import type { RunLogger } from '../runs/ports.ts'
import type { UsageService } from './create-usage-service.ts'
import { usageCsv } from './usage-file.ts'

const ROUTE = '/api/usage'

type Options = { usage: Pick<UsageService, 'report'>; audit: Pick<AuditLog, 'record'>; logger: RunLogger }

/** `GET /api/usage?range=month&by=person`: what was asked of the server, as CSV. That somebody took it stands in the audit log. */
export function createUsageRoute({ usage, audit, logger }: Options): RestRoute {
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'GET') {
      res.setHeader('allow', 'GET')
      return sendError(res, 405, { code: 'bad-request', message: 'Usage is read by GET.' })
    }
    const query = new URLSearchParams((req.url ?? '').split('?')[1])
    const asked = usageFileQuerySchema.safeParse(Object.fromEntries(query))
    if (!asked.success)
      throw new AppError('bad-request', asked.error.issues[0]?.message ?? 'This can not be asked for.')
    const { range, by } = asked.data
    const report = await usage.report(range)
    await audit.record('usage-export', { details: { kind: by } })
    const day = new Date().toISOString().slice(0, 10)
    res.writeHead(200, {
      ...attachmentHeaders(`reynard-usage-${by}-${range}-${day}.csv`),
      'content-type': 'text/csv; charset=utf-8',
    })
    res.end(usageCsv(report, by))
  }

  return {
    access: { role: 'admin', scope: 'admin' },
    name: ROUTE,
    handles: (path) => path === ROUTE,
    serve(req: IncomingMessage, res: ServerResponse) {
      answer(req, res).catch((error: unknown) => {
        if (res.headersSent || res.destroyed) return void res.destroy()
        const { info, status, unexpected } = describeError(error)
        if (unexpected) logger.error({ err: error }, 'usage could not be sent')
        sendError(res, status, info)
      })
    },
  }
}
