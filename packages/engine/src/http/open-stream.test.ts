import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Engine } from '../engine.ts'
import { createOllamaEngine } from '../ollama/create-ollama-engine.ts'
import { createOpenAiEngine } from '../openai/create-openai-engine.ts'
import { collectParts } from '../testing/collect-parts.ts'

/** The address of a server that begins an answer with `first` and then sends `drip` for ever. */
async function startDripping(first: string, drip: string): Promise<string> {
  const server = createServer((_req, res) => {
    res.writeHead(200)
    res.write(first)
    const timer = setInterval(() => res.write(drip), 5)
    res.on('close', () => clearInterval(timer))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

const text = { type: 'text', text: 'Hi' }
const ollamaLine = '{"message":{"content":"Hi"},"done":false}\n'
const openAiEvent = 'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n'
const ollama = (baseUrl: string): Engine => createOllamaEngine({ baseUrl, timeoutMs: 200 })
const openAi = (baseUrl: string): Engine => createOpenAiEngine({ baseUrl, timeoutMs: 200 })

test.each([
  ['blank lines, Ollama', ollama, ollamaLine, '\n'],
  ['a line without end, Ollama', ollama, '', ' '],
  ['blank lines, OpenAI', openAi, openAiEvent, '\r\n'],
  ['comments, OpenAI', openAi, openAiEvent, ': still here\n\n'],
])('bytes that say nothing hold up no deadline: %s', async (_name, open, first, drip) => {
  const engine = open(await startDripping(first, drip))
  onTestFinished(() => engine.close())
  const call = { signal: new AbortController().signal }
  const parts = await collectParts(engine.chat({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }, call))
  expect(parts).toMatchObject([...(first === '' ? [] : [text]), { type: 'error', code: 'engine-timeout' }])
})
