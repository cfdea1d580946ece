import { getLlama, LlamaChat, resolveChatWrapper } from 'node-llama-cpp'
import { answerParent } from '../stream/child.ts'

/** node-llama-cpp driven bare, in this one process: the baseline. Arguments: model file, threads, sequences, window per sequence. */
const [modelPath = '', threads = '1', sequences = '4', contextTokens = '2048'] = process.argv.slice(2)
const llama = await getLlama({
  build: 'never',
  skipDownload: true,
  progressLogs: false,
  maxThreads: Number(threads),
  gpu: false,
})
const model = await llama.loadModel({ modelPath })
const context = await model.createContext({
  sequences: Number(sequences),
  contextSize: Number(contextTokens),
  threads: Number(threads),
})
const chatWrapper = resolveChatWrapper(model)
const free = Array.from({ length: Number(sequences) }, () => context.getSequence())

async function answer(prompt: string, maxTokens: number): Promise<number> {
  const contextSequence = free.pop()
  if (!contextSequence) throw new Error('No sequence is free.')
  const chat = new LlamaChat({ contextSequence, chatWrapper })
  let tokens = 0
  await chat.generateResponse(
    [
      { type: 'user', text: prompt },
      { type: 'model', response: [] },
    ],
    {
      maxTokens,
      temperature: 0.2,
      topP: 0.9,
      repeatPenalty: false,
      seed: 7,
      onToken: (batch) => {
        tokens += batch.length
      },
    },
  )
  chat.dispose({ disposeSequence: false })
  await contextSequence.clearHistory()
  free.push(contextSequence)
  return tokens
}

answerParent({
  run: async ({ prompts, maxTokens }) => {
    const startedAt = performance.now()
    const counts = await Promise.all((prompts as string[]).map((prompt) => answer(prompt, maxTokens as number)))
    return { tokens: counts.reduce((sum, count) => sum + count, 0), ms: performance.now() - startedAt }
  },
})
process.send?.({})
