/** The child: one model, for as long as it lives. It answers over IPC and dies with its parent. */
import { AppError, errorCodeOf } from '@reynard/protocol'
import { createGenerator, type Generator } from './generate.ts'
import { type LoadedModel, loadModel } from './load-model.ts'
import type { ChatEnding, FromChild, LoadOptions, Piece, ToChild } from './messages.ts'

const aliveEveryMs = 1000
/**
 * Between two messages with text. Each one wakes the parent on a core that the model would use: one per token cost 0.18 ms of it, gathered
 * 0.09 (measured at 125 tokens/s), and nobody reads faster. The first words of an answer wait for nothing. Milliseconds.
 */
const gatherMs = 20
const running = new Map<number, AbortController>()
let loaded: LoadedModel | null = null
let generator: Generator | null = null
let pieces: Piece[] = []
/** Answers of which something was sent. */
const begun = new Set<number>()
let flushedAt = Number.NEGATIVE_INFINITY

// A kill, not an exit: native threads may hold an exit up, and there is nothing to save.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Ctrl-C in a terminal, its end, and a service manager's stop reach the whole group; the parent decides when its children go.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
setInterval(() => send({ type: 'alive' }), aliveEveryMs)

process.on('message', (message: ToChild) => {
  switch (message.type) {
    case 'load':
      void load(message.options)
      break
    case 'chat':
      void chat(message)
      break
    case 'embed':
      void embed(message.id, message.input)
      break
    case 'abort':
      running.get(message.id)?.abort()
      break
  }
})

function send(message: FromChild) {
  if (process.connected) process.send?.(message)
}

async function load(options: LoadOptions) {
  const startedAt = performance.now()
  try {
    loaded = await loadModel(options, () => send({ type: 'load-progress' }))
    if (loaded.context !== null) generator = createGenerator(loaded)
    send({
      type: 'loaded',
      info: {
        loadMs: performance.now() - startedAt,
        contextTokens: loaded.context?.contextSize ?? loaded.model.trainContextSize,
        sequences: loaded.context?.totalSequences ?? 1,
        threads: loaded.context?.currentThreads ?? options.threads,
        gpu: loaded.gpu,
        memoryBytes: process.memoryUsage.rss(),
        note: loaded.note,
      },
    })
  } catch (error) {
    const code = errorCodeOf(error) === 'out-of-memory' ? 'out-of-memory' : 'engine-failed'
    const refusedFile = error instanceof AppError && error.details.refusedFile === true
    send({ type: 'load-failed', code, message: messageOf(error), refusedFile })
  }
}

async function chat({ id, request }: Extract<ToChild, { type: 'chat' }>) {
  const abort = new AbortController()
  running.set(id, abort)
  let ending: ChatEnding
  try {
    if (generator === null) throw new Error('No model is loaded.')
    ending = await generator.generate(request, abort.signal, {
      piece: (kind, text, tokens) => collect(id, kind, text, tokens),
      progress: () => send({ type: 'progress', id }),
    })
  } catch (error) {
    ending = { type: 'error', code: 'engine-failed', message: `The model failed: ${messageOf(error)}.` }
  }
  running.delete(id)
  begun.delete(id)
  flush()
  send({ type: 'done', id, ending })
}

/** What comes within a few milliseconds, of however many answers, goes out in one message. The generation waits for none of it. */
function collect(id: number, kind: Piece[1], text: string, tokens: number) {
  const waitMs = flushedAt + gatherMs - performance.now()
  if (!begun.has(id) || waitMs <= 0) setImmediate(flush)
  else if (pieces.length === 0) setTimeout(flush, waitMs)
  begun.add(id)
  const last = pieces.findLast((each) => each[0] === id)
  if (last?.[1] === kind) {
    last[2] += text
    last[3] += tokens
  } else pieces.push([id, kind, text, tokens])
}

function flush() {
  if (pieces.length === 0) return
  send({ type: 'pieces', pieces })
  pieces = []
  flushedAt = performance.now()
}

async function embed(id: number, input: string[]) {
  try {
    if (loaded === null) throw new Error('No model is loaded.')
    const { model } = loaded
    await using context = await model.createEmbeddingContext()
    const vectors: number[][] = []
    let promptTokens = 0
    for (const text of input) {
      promptTokens += model.tokenize(text).length
      vectors.push([...(await context.getEmbeddingFor(text)).vector])
      send({ type: 'progress', id })
    }
    send({ type: 'vectors', id, vectors, promptTokens })
  } catch (error) {
    send({ type: 'failed', id, message: messageOf(error) })
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
