import { WebSocket } from 'ws'
import { z } from 'zod'

const messageSchema = z.object({
  id: z.number().optional(),
  result: z.object({ type: z.string(), data: z.unknown().optional() }).optional(),
})

/** A subscription of somebody at a browser, by a socket of its own. Resolves once it is taken up; `close` ends it. */
export async function subscribe(
  { url, cookie, path, input }: { url: string; cookie: string; path: string; input?: unknown },
  onData: (data: unknown) => void,
): Promise<{ close(): void }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/trpc`, { headers: { cookie, origin: url } })
  const begun = new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('The socket was closed.')))
    socket.on('message', (text) => {
      const { result } = messageSchema.parse(JSON.parse(String(text)))
      if (result?.type === 'started') resolve()
      if (result?.type === 'data') onData(result.data)
    })
  })
  socket.once('open', () => socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path, input } })))
  await begun
  return { close: () => socket.terminate() }
}
