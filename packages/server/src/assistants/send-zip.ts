import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { createZip, type Workspace } from '@reynard/sandbox'

/** For what is saved and never shown. */
export function attachmentHeaders(name: string): Record<string, string> {
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll("'", '%27')
  return {
    'content-disposition': `attachment; filename*=UTF-8''${encoded}`,
    'content-security-policy': "default-src 'none'; sandbox",
  }
}

/** Every file of a workspace as one zip, packed while it is sent; who hangs up ends the packing. */
export async function sendZip(
  req: IncomingMessage,
  res: ServerResponse,
  workspace: Workspace,
  title: string,
): Promise<void> {
  const name = title.replaceAll(/[\p{Cc}/\\:*?"<>|]+/gu, ' ').trim() || 'files'
  const headers = { ...attachmentHeaders(`${name}.zip`), 'content-type': 'application/zip' }
  if (req.method === 'HEAD') return void res.writeHead(200, headers).end()
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  const maxEntries = workspace.quota.limits.entries
  const { stream } = await createZip(workspace, { maxEntries, signal: gone.signal })
  res.writeHead(200, headers)
  await pipeline(stream, res)
}
