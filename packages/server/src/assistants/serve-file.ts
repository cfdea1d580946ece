import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type Db, findConversation } from '@reynard/db'
import { errorCodeOf, idSchema } from '@reynard/protocol'
import type { RestRoute } from '../access/rest-route.ts'
import { describeError } from '../http/error-map.ts'
import { sendError } from '../http/send-error.ts'
import type { ProjectService } from '../projects/project-service.ts'
import { historyForm, sendHistory } from '../projects/send-history.ts'
import type { RunLogger } from '../runs/ports.ts'
import { attachmentHeaders, sendZip } from './send-zip.ts'
import type { ToolSessions } from './tool-sessions.ts'

const ROUTE = '/api/files/'

type Options = {
  db: Db
  sessions: ToolSessions
  projects: Pick<ProjectService, 'history'>
  logger: RunLogger
}

/**
 * `GET /api/files/{conversation}/{path}`: a file of the conversation's workspace, to be saved. Never shown by the browser, for it is what
 * a model wrote. `GET /api/files/{conversation}?zip`: all of them as a zip, made while it is sent; `?bundle` and `?patch`: its commits.
 */
export function createFileRoute({ db, sessions, projects, logger }: Options): RestRoute {
  return {
    access: { role: 'member', scope: 'read' },
    name: '/api/files/{path}',
    handles: (path) => path.startsWith(ROUTE),
    serve(req, res, path, { userId }) {
      serve(req, res, userId, path.slice(ROUTE.length)).catch((error: unknown) => fail(res, error))
    },
  }

  function fail(res: ServerResponse, error: unknown): void {
    if (res.headersSent || res.destroyed) {
      res.destroy()
      return
    }
    const { info, status, unexpected } = describeError(error)
    // What the workspace refuses is not told apart from what is not there.
    const isRefused = error instanceof Error && (error.name === 'SandboxError' || errorCodeOf(error) === 'forbidden')
    if (isRefused) sendError(res, 404, missing)
    else if (unexpected) {
      logger.error({ err: error }, 'a file could not be served')
      sendError(res, 500, { code: 'internal', message: 'The file could not be read.' })
    } else sendError(res, status, info)
  }

  async function serve(req: IncomingMessage, res: ServerResponse, ownerId: string, rest: string): Promise<void> {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('allow', 'GET, HEAD')
      return sendError(res, 405, { code: 'bad-request', message: 'Files are read by GET.' })
    }
    const [id = '', ...segments] = rest.split('/')
    const file = decodePath(segments)
    const known = idSchema.safeParse(id).success ? await findConversation(db.kysely, ownerId, id) : undefined
    const form = file === null && known !== undefined ? historyForm(req) : null
    if (form !== null) return await sendHistory(req, res, projects, { ownerId, conversationId: id, form })
    const isZip = file === null && new URLSearchParams((req.url ?? '').split('?')[1]).has('zip')
    const workspace = known === undefined || (file === null && !isZip) ? null : await sessions.find(id)
    if (workspace === null || known === undefined) return sendError(res, 404, missing)
    if (file === null) return await sendZip(req, res, workspace, known.title)

    const { stream, bytes } = workspace.stream(file)
    const headers = attachmentHeaders(file.split('/').at(-1) ?? 'file')
    res.writeHead(200, { ...headers, 'content-type': 'application/octet-stream', 'content-length': bytes })
    if (req.method === 'HEAD') {
      stream.destroy()
      res.end()
    } else await pipeline(stream, res)
  }
}

const missing = { code: 'not-found' as const, message: 'This file is not here. It may have been moved or deleted.' }

/** Null where it is no path: the workspace decides about all else. */
function decodePath(segments: string[]): string | null {
  try {
    const path = segments.map(decodeURIComponent).join('/')
    return path === '' ? null : path
  } catch {
    return null
  }
}
