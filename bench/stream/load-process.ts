import { createReynardClient, type ReynardClient } from '@reynard/client'
import { Agent, request } from 'undici'
import { answerParent } from './child.ts'
import type { Load, StreamResult } from './load.ts'

/** The load client: opens N streams, straight to the fake Ollama or through the server, and says when each token came. */
const prompt = ({ tokens, rate }: Load) => `[[tokens:${tokens}]] [[rate:${rate}]]`
const pool = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: 1000 })

async function direct(load: Load): Promise<StreamResult> {
  const sentAt = performance.now()
  const { body } = await request(`${load.url}/api/chat`, {
    method: 'POST',
    dispatcher: pool,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: load.model, messages: [{ role: 'user', content: prompt(load) }], stream: true }),
  })
  let firstAt = 0
  let endedAt = 0
  let text = ''
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    if (firstAt === 0) firstAt = performance.now()
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    endedAt = performance.now()
    for (const line of lines) text += (JSON.parse(line) as { message?: { content?: string } }).message?.content ?? ''
  }
  return { ttftMs: firstAt - sentAt, endedAt, text, runId: null, conversationId: null, error: null }
}

async function through(load: Load, client: ReynardClient): Promise<StreamResult> {
  const sentAt = performance.now()
  let firstAt = 0
  let endedAt = 0
  let text = ''
  let error: string | null = null
  const input = {
    key: crypto.randomUUID(),
    conversationId: null,
    parentId: null,
    text: prompt(load),
    model: load.model,
  }
  const started = client.trpc.chat.send.mutate(input)
  for await (const event of client.followRun({ key: input.key, started })) {
    if (event.type === 'text-delta') {
      endedAt = performance.now()
      if (firstAt === 0) firstAt = endedAt
      text += event.text
    } else if (event.type === 'run-error') error = event.message
  }
  const { runId, conversationId } = await started
  return { ttftMs: firstAt - sentAt, endedAt, text, runId, conversationId, error }
}

/**
 * What every page has open. Resolves once the server has taken it. Not `chat.changes`: all streams of the bench are one person's, so that
 * each chat would be told to every socket.
 */
async function watchStatus(client: ReynardClient): Promise<() => void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const { unsubscribe } = client.trpc.chat.watchStatus.subscribe(undefined, {
    onStarted: () => resolve(),
    onError: reject,
  })
  await promise
  return unsubscribe
}

async function run(load: Load): Promise<{ results: StreamResult[]; wallMs: number }> {
  // As a page does: its socket stands long before somebody asks. The direct side keeps its connections too.
  const sockets = load.mode === 'direct' ? 0 : Math.ceil(load.streams / load.perSocket)
  const clients = Array.from({ length: sockets }, () => createReynardClient({ baseUrl: load.url, transport: 'ws' }))
  const watching = await Promise.all(clients.map(watchStatus))
  const startedAt = performance.now()
  const results = await Promise.all(
    Array.from({ length: load.streams }, async (_, index): Promise<StreamResult> => {
      if (load.overMs > 0) await new Promise((resolve) => setTimeout(resolve, (load.overMs * index) / load.streams))
      const client = clients[Math.floor(index / load.perSocket)]
      const failed = (error: unknown) => ({
        ttftMs: Number.NaN,
        endedAt: performance.now(),
        text: '',
        runId: null,
        conversationId: null,
        error: error instanceof Error ? error.message : String(error),
      })
      return client ? through(load, client).catch(failed) : direct(load).catch(failed)
    }),
  )
  const wallMs = Math.max(...results.map((result) => result.endedAt)) - startedAt
  for (const stop of watching) stop()
  await Promise.all(clients.map((client) => client.close()))
  return {
    results: load.wantText ? results : results.map((result) => ({ ...result, text: '', length: result.text.length })),
    wallMs,
  }
}

answerParent({ run: (message) => run(message.load as Load) })
process.send?.({})
