import { createReynardClient } from '@reynard/client'
import { openBadProxy } from '@reynard/client/testing'
import { emptyRunView, type RunEvent, reduceRunEvents } from '@reynard/protocol'
import { createProgress } from './progress.ts'
import type { Stack } from './start-stack.ts'

/**
 * `runs` runs are watched, from before their ids are known, through a proxy that breaks all its connections at `cuts` random moments. Each watcher must see the numbers
 * 1, 2, 3 … to the end, each once, and the text that is saved. Returns what was found wrong.
 */
export async function cutWatchers(
  stack: Stack,
  { runs, cuts, random }: { runs: number; cuts: number; random: () => number },
) {
  const server = await stack.startServer()
  const proxy = await openBadProxy(server.hello.url)
  const direct = createReynardClient({ baseUrl: server.hello.url })
  const watcher = createReynardClient({ baseUrl: proxy.url, transport: 'ws', timing: { retryDelayMs: () => 5 } })
  const wrong: string[] = []
  let done = 0
  let made = 0
  const progress = createProgress('cuts', cuts)

  const watchOne = async () => {
    const text = '[[tokens:720]] [[rate:60]]'
    const input = { key: crypto.randomUUID(), conversationId: null, parentId: null, text }
    const started = direct.trpc.chat.send.mutate(input)
    const events: RunEvent[] = []
    for await (const event of watcher.followRun({ key: input.key, started })) {
      if (event.type === 'rollback') wrong.push(`${input.key}: rollback to ${event.seq}`)
      else events.push(event)
    }
    const { runId, conversationId } = await started
    const numbers = events.map((event) => event.seq)
    if (numbers.some((seq, index) => seq !== index + 1)) wrong.push(`${runId}: numbers ${numbers.join(' ')}`)
    const seen = reduceRunEvents(emptyRunView(runId, 0), events)
    const conversation = await direct.trpc.chat.byId.query({ id: conversationId })
    const saved = conversation.messages.find((message) => message.role === 'assistant')?.text
    if (seen.endReason !== 'done') wrong.push(`${runId}: ended as ${seen.endReason}`)
    if (seen.text !== saved) wrong.push(`${runId}: saw ${seen.text.length} characters, saved ${saved?.length}`)
    done++
  }
  // Waves, so that cuts always meet live runs: a run lasts about twelve seconds.
  const wave = 20
  let left = runs
  while (left > 0) {
    const size = Math.min(wave, left)
    // What an earlier wave could not bear is made up for by this one.
    const madeThen = made + Math.ceil(((cuts - made) * size) / left)
    left -= size
    const waveEnds = done + size
    const all = Promise.all(Array.from({ length: size }, watchOne))
    while (done < waveEnds && made < madeThen) {
      await new Promise((resolve) => setTimeout(resolve, random() * 20))
      if (proxy.cut() > 0) made++
      progress(made)
    }
    await all
  }
  await watcher.close()
  await direct.close()
  await proxy.close()
  await server.stop()
  return { runs: done, cuts: made, wrong }
}
