import { argv, env, stdout } from 'node:process'
import { createReynardClient } from '@reynard/client'

/**
 * A program elsewhere that asks one question: `node ask-through-proxy.ts <address> <door>` with a key in ASK_KEY. Prints each piece of
 * the answer as a line of JSON when it arrives, and last `{"end": …}` with how it came.
 */
const [, , baseUrl = '', door = ''] = argv
const authorization = { authorization: `Bearer ${env.ASK_KEY}` }
const say = (line: unknown) => stdout.write(`${JSON.stringify(line)}\n`)

class KeyedSocket extends WebSocket {
  constructor(url: string | URL) {
    super(url, { headers: authorization })
  }
}

async function askTyped(): Promise<void> {
  const { trpc, followRun, connection, close } = createReynardClient({
    baseUrl,
    WebSocket: KeyedSocket,
    fetch: (input, init) =>
      fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...authorization } }),
  })
  const key = crypto.randomUUID()
  const started = trpc.chat.send.mutate({ key, conversationId: null, parentId: null, text: 'Hello' })
  for await (const event of followRun({ key, started })) {
    if (event.type === 'text-delta') say({ text: event.text })
    if (event.type === 'run-end') say({ end: event.reason, transport: connection.get().transport })
  }
  await close()
}

async function askRest(): Promise<void> {
  const response = await fetch(`${baseUrl}/api/ollama/chat/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ message: 'Hello' }),
  })
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = JSON.parse(line) as { type: string; data: string }
      if (event.type === 'token') say({ text: event.data })
      if (event.type === 'complete') say({ end: 'done', transport: 'rest' })
    }
  }
}

await (door === 'rest' ? askRest() : askTyped())
