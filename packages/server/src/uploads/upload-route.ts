import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError, ATTACHMENT_LIMITS } from '@reynard/protocol'
import type { RestRoute } from '../access/rest-route.ts'
import { describeError } from '../http/error-map.ts'
import { logUnexpected } from '../http/log-unexpected.ts'
import { sendError } from '../http/send-error.ts'
import { sendJson } from '../rest/rest-response.ts'
import type { Clock, RunLogger } from '../runs/ports.ts'
import type { AttachmentService } from './attachment-service.ts'
import { tooLarge, type UploadStore } from './upload-store.ts'

const ROUTE = '/api/uploads'
/** A sender that is silent for so long has gone, whatever its socket says. */
const silenceMs = 60_000
/** One that drips ends here: the largest file at 60 kB each second. */
const uploadMs = 30 * 60_000

type Options = {
  store: UploadStore
  attachments: Pick<AttachmentService, 'discard'>
  clock: Clock
  logger: RunLogger
}

/**
 * `POST /api/uploads?name=…` takes a file as the raw body and answers 201 with the `Upload`; `DELETE /api/uploads/{id}` throws one away.
 */
export function createUploadRoute({ store, attachments, clock, logger }: Options): RestRoute {
  return {
    access: { role: 'member', scope: 'chat' },
    name: '/api/uploads',
    handles: (path) => path === ROUTE || path.startsWith(`${ROUTE}/`),
    serve(req, res, path, { userId }) {
      serve(req, res, userId, path.slice(ROUTE.length + 1)).catch((error: unknown) => {
        // Who has hung up needs no answer.
        if (res.destroyed) return
        const { info, status, unexpected } = describeError(error)
        if (unexpected && error instanceof Error) logUnexpected(logger, error, { path: ROUTE })
        sendError(res, status, info)
      })
    },
  }

  async function serve(req: IncomingMessage, res: ServerResponse, ownerId: string, id: string): Promise<void> {
    if (id === '' && req.method === 'POST') return await receive(req, res, ownerId)
    if (id !== '' && req.method === 'DELETE') return await remove(res, ownerId, id)
    res.setHeader('allow', id === '' ? 'POST' : 'DELETE')
    sendError(res, 405, { code: 'bad-request', message: 'Files are uploaded by POST and removed by DELETE.' })
  }

  async function receive(req: IncomingMessage, res: ServerResponse, ownerId: string): Promise<void> {
    // Any other site's page may post a form or plain text without asking first; this type it may not.
    if (req.headers['content-type'] !== 'application/octet-stream') {
      return sendError(res, 415, { code: 'bad-request', message: 'Send the file as application/octet-stream.' })
    }
    const name = new URL(req.url ?? '', 'http://localhost').searchParams.get('name')
    if (name === null) throw new AppError('bad-request', 'Say the name of the file: POST /api/uploads?name=…')
    if (Number(req.headers['content-length'] ?? 0) > ATTACHMENT_LIMITS.fileBytes) throw tooLarge()
    const silent = new AbortController()
    const upload = await store.save({ ownerId, name, content: untilSilent(req, silent), signal: silent.signal })
    if (!req.complete) {
      await store.remove(upload.id)
      throw new AppError('aborted', 'The upload was broken off. Try it again.')
    }
    sendJson(res, 201, upload)
  }

  async function remove(res: ServerResponse, ownerId: string, id: string): Promise<void> {
    await attachments.discard(ownerId, id)
    res.writeHead(204).end()
  }

  /** What comes, until nothing has come for `silenceMs`, or all of it took `uploadMs`. */
  async function* untilSilent(req: IncomingMessage, silent: AbortController): AsyncGenerator<Uint8Array> {
    const giveUp = () => {
      silent.abort()
      req.destroy()
    }
    let cancel = clock.after(silenceMs, giveUp)
    const cancelDeadline = clock.after(uploadMs, giveUp)
    try {
      // Left half way it is not destroyed: there is an answer to be sent yet.
      for await (const chunk of req.iterator({ destroyOnReturn: false })) {
        cancel()
        if (chunk instanceof Uint8Array) yield chunk
        cancel = clock.after(silenceMs, giveUp)
      }
    } finally {
      cancel()
      cancelDeadline()
    }
  }
}
