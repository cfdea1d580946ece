import { randomUUID } from 'node:crypto'
import { createReynardClient } from '@reynard/client'
import type { FakeScript } from '@reynard/fake-ollama'
import { afterEach, expect, test } from 'vitest'
import { type ArrivedSpan, type Collector, openCollector } from '../../testing/open-collector.ts'
import { openTestServer } from '../../testing/open-test-server.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

const words = `words-${randomUUID()}`
const key = `key-${randomUUID()}`

/** Looks for a file first, then answers. */
const script: FakeScript = ({ messages }) =>
  messages.at(-1)?.role === 'tool'
    ? { text: `I looked: ${words}.` }
    : { toolCalls: [{ name: 'read_file', arguments: { path: `${words}.txt` } }] }

type Open = { env?: Record<string, string>; answer?: FakeScript; onLog?: (line: string) => void }

async function open({ env = {}, answer = script, onLog }: Open = {}) {
  const collector = await openCollector()
  owned.push(collector)
  const server = await openTestServer({
    fake: { answer, models: [{ name: 'tools:1b', capabilities: ['completion', 'tools'] }] },
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${key}`,
      OTEL_SERVICE_NAME: 'fox',
      LOG_LEVEL: 'trace',
      ...env,
    },
    ...(onLog !== undefined && { onLog }),
  })
  owned.push(server)
  await expect.poll(() => server.server.status().defaultModel).toBe('tools:1b')
  const client = createReynardClient({ baseUrl: server.url })
  owned.push(client)
  let keys = 0
  async function ask() {
    const sent = await client.trpc.chat.send.mutate({
      key: `key-of-the-traces-${keys++}`,
      conversationId: null,
      parentId: null,
      text: `What is in ${words}?`,
      settings: { assistant: 'reynard' },
    })
    for await (const _ of client.followRun(sent.runId));
    return sent
  }
  return { collector, ask }
}

/** The span of a run, and those below it by their names. */
function traceOf({ spans }: Collector, runId: string): { run: ArrivedSpan; below: ArrivedSpan[] } | null {
  const run = spans.find(({ attributes }) => attributes['reynard.run.id'] === runId)
  if (run === undefined) return null
  const below = spans.filter(({ parentId }) => parentId === run.spanId)
  return { run, below: below.toSorted((one, other) => one.start - other.start || one.end - other.end) }
}

test('a run, its calls of the engine and its tools arrive as one trace, without a word of what was said', async () => {
  const { collector, ask } = await open()
  const { runId, conversationId } = await ask()
  await expect.poll(() => traceOf(collector, runId)?.below.length, { timeout: 20_000 }).toBe(3)
  const { run, below } = traceOf(collector, runId)!
  expect(run).toMatchObject({ name: 'invoke_agent reynard', parentId: '', service: 'fox', status: 0 })
  expect(run.attributes).toMatchObject({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': 'ollama',
    'gen_ai.agent.id': 'reynard',
    'gen_ai.conversation.id': conversationId,
    'gen_ai.response.model': 'tools:1b',
    'gen_ai.usage.output_tokens': expect.any(Number),
    'reynard.run.end_reason': 'done',
    'reynard.run.source': 'ui',
  })
  expect(below.map(({ name }) => name).toSorted()).toEqual(['chat tools:1b', 'chat tools:1b', 'execute_tool read_file'])
  expect(below.every(({ traceId }) => traceId === run.traceId)).toBe(true)
  for (const { start, end } of below) {
    expect(start).toBeGreaterThanOrEqual(run.start - 1)
    expect(end).toBeLessThanOrEqual(run.end + 1)
  }
  const [first, second] = below.filter(({ name }) => name === 'chat tools:1b')
  const tool = below.find(({ name }) => name === 'execute_tool read_file')
  expect(first?.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'tools:1b',
    'gen_ai.response.finish_reasons': ['tool_call'],
    'gen_ai.usage.input_tokens': expect.any(Number),
  })
  expect(second?.attributes).toMatchObject({ 'gen_ai.response.finish_reasons': ['stop'] })
  // There is no such file.
  expect(tool).toMatchObject({
    status: 2,
    attributes: { 'gen_ai.tool.name': 'read_file', 'reynard.tool.group': 'file_ops', 'error.type': expect.any(String) },
  })
  expect(collector.headers[0]?.authorization).toBe(`Bearer ${key}`)
  expect(Buffer.concat(collector.raw).includes(words)).toBe(false)
})

test('what was answered goes along where the operator says so, and questions never', async () => {
  const { collector, ask } = await open({ env: { REYNARD_TRACE_CONTENT: 'true' } })
  const { runId } = await ask()
  await expect.poll(() => traceOf(collector, runId)?.below.length, { timeout: 20_000 }).toBe(3)
  const { run, below } = traceOf(collector, runId)!
  expect(JSON.parse(String(run.attributes['gen_ai.output.messages']))).toEqual([
    { role: 'assistant', parts: [{ type: 'text', content: `I looked: ${words}.` }], finish_reason: 'done' },
  ])
  const tool = below.find(({ name }) => name.startsWith('execute_tool'))
  expect(tool?.attributes['gen_ai.tool.call.arguments']).toBe(JSON.stringify({ path: `${words}.txt` }))
  expect(Buffer.concat(collector.raw).includes('What is in')).toBe(false)
})

test('a failed answer is an error; a collector that refuses is told of once, without its address or key, and harms nothing', async () => {
  const log: string[] = []
  const { collector, ask } = await open({
    answer: () => ({ text: 'One two three four five six.', fault: { kind: 'error-line' } }),
    onLog: (line) => void log.push(line),
  })
  collector.refuses = true
  await ask()
  await expect
    .poll(() => log.filter((line) => line.includes('traces could not be sent')).length, { timeout: 20_000 })
    .toBe(1)
  expect(log.join('')).not.toContain(key)
  expect(log.join('')).not.toContain(collector.url)
  collector.refuses = false
  const { runId } = await ask()
  await expect.poll(() => traceOf(collector, runId), { timeout: 20_000 }).not.toBeNull()
  const { run, below } = traceOf(collector, runId)!
  expect(run).toMatchObject({ status: 2, attributes: { 'reynard.run.end_reason': 'failed' } })
  expect(below.every(({ status }) => status === 2)).toBe(true)
  expect(run.attributes['error.type']).toBe(below[0]?.attributes['error.type'])
  await expect.poll(() => log.some((line) => line.includes('traces are sent again'))).toBe(true)
})
