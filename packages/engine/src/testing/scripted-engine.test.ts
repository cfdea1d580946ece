import { expect, test } from 'vitest'
import type { EnginePart } from '../engine.ts'
import { collectParts, createGate, createScriptedEngine } from './scripted-engine.ts'

const ask = { model: 'scripted:1b', messages: [{ role: 'user' as const, content: 'Hello?' }] }

test('plays its script, and ends it by itself', async () => {
  const engine = createScriptedEngine({ script: ['One', ' two'] })
  const parts = await collectParts(engine.chat(ask, { signal: new AbortController().signal }))
  expect(parts).toEqual([
    { type: 'text', text: 'One' },
    { type: 'text', text: ' two' },
    { type: 'end', reason: 'stop', usage: { promptTokens: 2, completionTokens: 2 } },
  ])
})

test('an abort ends it at a gate, and the test can see that it was left', async () => {
  const gate = createGate()
  const engine = createScriptedEngine({ script: ['One', gate, ' two'] })
  const stop = new AbortController()
  const seen: EnginePart[] = []
  const reading = (async () => {
    for await (const part of engine.chat(ask, stop)) seen.push(part)
  })()
  await gate.reached
  stop.abort()
  await reading
  expect(seen.map((part) => part.type)).toEqual(['text', 'error'])
  expect(await (await engine.chatAt(0)).left).toBe('aborted')
})

test('a gate holds the answer until it is opened', async () => {
  const gate = createGate()
  const engine = createScriptedEngine({ script: () => [gate, 'late'] })
  const iterator = engine.chat(ask, { signal: new AbortController().signal })[Symbol.asyncIterator]()
  const first = iterator.next()
  await gate.reached
  gate.open()
  expect((await first).value).toEqual({ type: 'text', text: 'late' })
  await iterator.return?.()
  expect(await (await engine.chatAt(0)).left).toBe('returned')
})
