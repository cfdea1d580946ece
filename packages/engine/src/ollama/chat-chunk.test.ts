import { expect, test } from 'vitest'
import { readChatChunk, readChatChunks } from './chat-chunk.ts'

const read = (line: string) => readChatChunk(line, 'Ollama')

test.each([
  'null',
  '[',
  '"text"',
  '{"message":"text","done":false}',
  '{"message":{"content":7},"done":false}',
  '{"message":{"thinking":["a"]},"done":false}',
  '{"message":{"content":""},"done":"yes"}',
  '{"message":{"tool_calls":{}},"done":false}',
  '{"message":{"tool_calls":[{"function":{"arguments":{}}}]},"done":false}',
  '{"message":{"tool_calls":[{"function":{"name":"a","arguments":7}}]},"done":false}',
  '{"error":{"code":1}}',
])('%s is no line of Ollama', (line) => {
  expect(() => read(line)).toThrow(expect.objectContaining({ code: 'engine-failed' }))
})

test.each([
  [
    'arguments nested without end',
    `[{"function":{"name":"a","arguments":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}}]`,
  ],
  ['a name of two million letters', JSON.stringify([{ function: { name: 'n'.repeat(2e6) } }])],
  ['more calls than anybody makes', JSON.stringify(Array(150_000).fill({ function: { name: 'a' } }))],
])('%s would break whoever writes it down, and is refused', (_what, calls) => {
  const line = `{"message":{"tool_calls":${calls}},"done":false}`
  expect(() => read(line)).toThrow(expect.objectContaining({ code: 'engine-failed' }))
})

test('arguments may be JSON in a string; what is no JSON there is the failure of the model that wrote it', () => {
  const line = (json: string) =>
    JSON.stringify({ message: { tool_calls: [{ function: { name: 'a', arguments: json } }] } })
  expect(read(line('{"b":1}')).parts).toMatchObject([{ type: 'tool-call', call: { name: 'a', arguments: { b: 1 } } }])
  expect(read(line(' ')).parts).toMatchObject([{ call: { arguments: {} } }])
  expect(() => read(line('{"b":'))).toThrow(expect.objectContaining({ code: 'engine-failed', unreadableCall: true }))
})

test('what Ollama leaves out is none', () => {
  expect(read('{"done":true}')).toEqual({ parts: [], done: { reason: 'stop', usage: {}, evalCount: 0 } })
  expect(read('{"message":{"content":null},"done":false}')).toEqual({ parts: [], done: false })
})

test('the last line may carry text, and its times are nanoseconds', () => {
  const line = '{"message":{"content":"!"},"done":true,"done_reason":"length","eval_count":2,"load_duration":1500000}'
  expect(read(line)).toEqual({
    parts: [{ type: 'text', text: '!' }],
    done: { reason: 'length', usage: { completionTokens: 2, loadMs: 1.5 }, evalCount: 2 },
  })
})

test('a count that no database holds, and a time that never ends, are none', () => {
  const line = '{"done":true,"prompt_eval_count":3000000000,"eval_count":1e300,"load_duration":1e999}'
  expect(read(line).done).toEqual({ reason: 'stop', usage: {}, evalCount: 0 })
})

test('an error text shows no path of the disk of the server', () => {
  expect(() => read('{"error":"open /root/.ollama/models/blobs/sha256-1: no such file"}')).toThrow(
    /open … no such file/,
  )
})

test('lines that came together are joined, up to the one that is wrong', () => {
  const thinking = '{"message":{"thinking":"hm"},"done":false}'
  const text = '{"message":{"content":"a"},"done":false}'
  const lines = [thinking, thinking, text, text, text, '{"error":"gone"}', text]
  const { parts, done, failure } = readChatChunks(lines, 'Ollama')
  expect(parts).toEqual([
    { type: 'reasoning', text: 'hmhm', tokens: 2 },
    { type: 'text', text: 'aaa', tokens: 3 },
  ])
  expect(done).toBe(false)
  expect(failure?.message).toContain('gone')
  expect(readChatChunks([text, '{"message":{"content":"b"},"done":true}', text], 'Ollama')).toMatchObject({
    parts: [{ type: 'text', text: 'ab', tokens: 2 }],
    done: { reason: 'stop' },
    failure: null,
  })
})
