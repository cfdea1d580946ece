import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type GatedEngine = {
  url: string
  /** Lets the next word out, past or coming. */
  release(): void
  close(): Promise<void>
}

/**
 * An Ollama whose answers come word by word, each only when it is released: whatever arrives before the next release was held back by
 * nobody on the way. All but chats is another engine's, at `behind`.
 */
export async function openGatedEngine(behind: string, words: readonly string[]): Promise<GatedEngine> {
  let released = 0
  let wake = () => {}
  const turn = async (index: number) => {
    while (released <= index) await new Promise<void>((resolve) => (wake = resolve))
  }

  async function answer(res: ServerResponse): Promise<void> {
    const send = (content: string, done: object = { done: false }) =>
      res.write(
        `${JSON.stringify({ model: 'llama3.1', created_at: new Date(0), message: { role: 'assistant', content }, ...done })}\n`,
      )
    released = 0
    res.writeHead(200, { 'content-type': 'application/x-ndjson' })
    for (const [index, word] of words.entries()) {
      if (index > 0) await turn(index - 1)
      send(word)
    }
    await turn(words.length - 1)
    send('', { done: true, done_reason: 'stop', prompt_eval_count: 1, eval_count: words.length })
    res.end()
  }
  function pass(req: IncomingMessage, body: Buffer, res: ServerResponse): void {
    const onward = request(`${behind}${req.url}`, { method: req.method, headers: req.headers }, (got) => {
      res.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(res)
    })
    onward.on('error', () => res.destroy())
    onward.end(body)
  }
  const http = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const isChat = req.url === '/api/chat' && /"content":"Hello"/.test(body.toString())
    if (isChat) await answer(res)
    else pass(req, body, res)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    release() {
      released += 1
      wake()
    },
    async close() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}
