import type { IncomingMessage, ServerResponse } from 'node:http'
import { attachmentHeaders } from '../assistants/send-zip.ts'
import type { ProjectService } from './project-service.ts'

/** `?bundle` or `?patch` of the files of a conversation: its commits, to be taken elsewhere. */
export function historyForm(req: IncomingMessage): 'bundle' | 'patch' | null {
  const query = new URLSearchParams((req.url ?? '').split('?')[1])
  return query.has('bundle') ? 'bundle' : query.has('patch') ? 'patch' : null
}

/** Commits as one file, to be saved. */
export async function sendHistory(
  req: IncomingMessage,
  res: ServerResponse,
  projects: Pick<ProjectService, 'history'>,
  of: { ownerId: string; conversationId: string; form: 'bundle' | 'patch' },
): Promise<void> {
  const { name, bytes } = await projects.history(of.ownerId, of.conversationId, of.form)
  const plain = name.replaceAll(/[\p{Cc}/\\:*?"<>|]+/gu, ' ').trim()
  const type = of.form === 'bundle' ? 'application/octet-stream' : 'text/plain; charset=utf-8'
  res.writeHead(200, { ...attachmentHeaders(plain), 'content-type': type, 'content-length': bytes.length })
  res.end(req.method === 'HEAD' ? undefined : bytes)
}
