import { createScriptedEngine } from '@reynard/engine/testing'
import { describe, expect, it } from 'vitest'
import { type AgentPart, type AgentRequest, runAgent } from './run-agent.ts'
import { createTokenEstimator } from './token-estimator.ts'

const request: AgentRequest = {
  model: 'scripted:1b',
  system: 'Be kind.',
  messages: [{ id: 'q', role: 'user', text: 'Hello?' }],
  mode: 'answer',
  parameters: { temperature: 0.2, maxTokens: 64 },
  windowTokens: 4096,
  budgetTokens: null,
}
const never = new AbortController().signal

async function partsOf(parts: AsyncIterable<AgentPart>): Promise<AgentPart[]> {
  const all: AgentPart[] = []
  for await (const part of parts) all.push(part)
  return all
}

describe('runAgent', () => {
  it('fits the context, passes every delta on and ends with usage', async () => {
    const engine = createScriptedEngine()
    const estimator = createTokenEstimator()
    const parts = await partsOf(runAgent({ request, engine, estimator, signal: never }))
    expect(parts.map((part) => part.type)).toEqual([
      'context-fitted',
      ...Array.from({ length: 5 }, () => 'text'),
      'usage',
      'end',
    ])
    expect(parts.at(-1)).toEqual({ type: 'end', reason: 'done' })
    expect(engine.chats[0]!.request).toMatchObject({
      temperature: 0.2,
      maxTokens: 64,
      contextTokens: 4096,
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hello?' },
      ],
    })
    expect(engine.chats[0]!.request).not.toHaveProperty('topP')
  })

  it('pins the window of the model and fits within the smaller budget of the conversation', async () => {
    const engine = createScriptedEngine()
    const small = { ...request, budgetTokens: 512 }
    const [fitted] = await partsOf(
      runAgent({ request: small, engine, estimator: createTokenEstimator(), signal: never }),
    )
    expect(fitted).toMatchObject({ type: 'context-fitted', budget: 512 })
    expect(engine.chats[0]!.request.contextTokens).toBe(4096)
  })

  it('goes on from an unfinished answer', async () => {
    const engine = createScriptedEngine()
    const unfinished: AgentRequest = {
      ...request,
      mode: 'continue',
      messages: [...request.messages, { id: 'a', role: 'assistant', text: 'Once upon' }],
    }
    await partsOf(runAgent({ request: unfinished, engine, estimator: createTokenEstimator(), signal: never }))
    expect(engine.chats[0]!.request.continueLast).toBe(true)
    expect(engine.chats[0]!.request.messages.at(-1)).toEqual({ role: 'assistant', content: 'Once upon' })
  })

  it('answers to the results of an answer that stopped after its calls, instead of writing on before them', async () => {
    const engine = createScriptedEngine()
    const call = { callId: 'call_12345678', name: 'look', arguments: {}, content: 'A', failed: false }
    const stopped: AgentRequest = {
      ...request,
      mode: 'continue',
      messages: [
        ...request.messages,
        { id: 'a', role: 'assistant', text: '', steps: [{ reasoning: '', text: '', calls: [call] }] },
      ],
    }
    await partsOf(runAgent({ request: stopped, engine, estimator: createTokenEstimator(), signal: never }))
    expect(engine.chats[0]!.request).not.toHaveProperty('continueLast')
    expect(engine.chats[0]!.request.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool'])
  })

  it('learns from what the engine counted, but not from a prompt that was cut', async () => {
    const estimator = createTokenEstimator()
    const counted = (promptTokens: number) =>
      createScriptedEngine({ script: ['x', { type: 'end', reason: 'stop', usage: { promptTokens } }] })
    const cut = { ...request, windowTokens: 20 }
    await partsOf(runAgent({ request: cut, engine: counted(20), estimator, signal: never }))
    expect(estimator.calibrated('scripted:1b')).toBe(false)
    await partsOf(runAgent({ request, engine: counted(20), estimator, signal: never }))
    expect(estimator.calibrated('scripted:1b')).toBe(true)
  })

  it('turns a throwing engine into a part', async () => {
    const engine = createScriptedEngine({
      script: () => {
        throw new Error('wires crossed')
      },
    })
    const parts = await partsOf(runAgent({ request, engine, estimator: createTokenEstimator(), signal: never }))
    expect(parts.at(-1)).toEqual({ type: 'error', code: 'engine-failed', message: 'wires crossed' })
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    const engine = createScriptedEngine({
      script: function* () {
        yield 'one'
        stop.abort()
        yield 'two'
      },
    })
    const parts = await partsOf(runAgent({ request, engine, estimator: createTokenEstimator(), signal: stop.signal }))
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
    expect(await engine.chats[0]!.left).toBe('aborted')
  })
})
