import { errorCodeOf } from '@reynard/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChatRequest, Engine, EnginePart, ManagementVerb } from '../engine.ts'
import { collectParts } from './collect-parts.ts'

/** An engine with one chat model, and questions that it answers briefly and at length (thousands of tokens, or until it is stopped). */
export type EngineFixture = {
  engine: Engine
  model: string
  shortPrompt: string
  longPrompt: string
  /** After the engine was closed. */
  close?(): Promise<void>
}

const verbs: ManagementVerb[] = ['pull', 'remove', 'copy', 'create', 'load', 'unload', 'embed']
const open = () => new AbortController().signal

/** What every engine promises, whatever answers behind it. */
export function describeEngine(name: string, make: () => Promise<EngineFixture>): void {
  describe(`${name} keeps the contract of engines`, () => {
    let fixture: EngineFixture
    beforeAll(async () => {
      fixture = await make()
    })
    afterAll(async () => {
      await fixture.engine.close()
      await fixture.close?.()
    })

    const ask = (content: string, signal: AbortSignal, more: Partial<ChatRequest> = {}) =>
      fixture.engine.chat(
        { model: fixture.model, messages: [{ role: 'user', content }], temperature: 0, ...more },
        { signal },
      )

    test('an answer is text and then one end with its counts', async () => {
      const parts = await collectParts(ask(fixture.shortPrompt, open(), { maxTokens: 64 }))
      expect(textOf(parts)).not.toBe('')
      expect(parts.filter(isLast)).toHaveLength(1)
      const end = parts.at(-1)
      expect(end).toMatchObject({ type: 'end', usage: { completionTokens: expect.any(Number) } })
    })

    test('an answer ends at its limit, and says so', async () => {
      const parts = await collectParts(ask(fixture.longPrompt, open(), { maxTokens: 3 }))
      expect(parts.at(-1)).toMatchObject({ type: 'end', reason: 'length' })
    })

    test('an answer that is held to a schema is JSON of that form', async () => {
      const only = (answer: string) => ({
        type: 'object',
        properties: { answer: { const: answer } },
        required: ['answer'],
        additionalProperties: false,
      })
      const parts = await collectParts(
        ask('Is the sky blue?', open(), { maxTokens: 64, format: { anyOf: [only('yes'), only('no')] } }),
      )
      expect(['yes', 'no'].map((answer) => ({ answer }))).toContainEqual(JSON.parse(textOf(parts)))
      expect(parts.at(-1)).toMatchObject({ type: 'end', reason: 'stop' })
    })

    test('a model that is not there is an error part, not an exception', async () => {
      const parts = await collectParts(ask(fixture.shortPrompt, open(), { model: 'no-such-model:latest' }))
      expect(parts).toMatchObject([{ type: 'error', code: 'model-missing' }])
    })

    test('a call that is aborted before it begins gives nothing but that', async () => {
      expect(await collectParts(ask(fixture.shortPrompt, AbortSignal.abort()))).toMatchObject([
        { type: 'error', code: 'aborted' },
      ])
    })

    test('an abort in mid-answer ends it with that, once', async () => {
      const stop = new AbortController()
      const parts: EnginePart[] = []
      for await (const part of ask(fixture.longPrompt, stop.signal)) {
        parts.push(part)
        if (part.type === 'text') stop.abort()
      }
      expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
      expect(parts.filter(isLast)).toHaveLength(1)
    })

    test('a reader that leaves frees the model for the next one', async () => {
      for await (const part of ask(fixture.longPrompt, open())) if (part.type === 'text') break
      const parts = await collectParts(ask(fixture.shortPrompt, open(), { maxTokens: 8 }))
      expect(parts.at(-1)?.type).toBe('end')
    })

    test('several calls at once all end', async () => {
      const calls = Array.from({ length: 4 }, () => collectParts(ask(fixture.shortPrompt, open(), { maxTokens: 8 })))
      for (const parts of await Promise.all(calls)) expect(parts.at(-1)?.type).toBe('end')
    })

    test('it is healthy and knows its model', async () => {
      const call = { signal: open() }
      expect(await fixture.engine.health(call)).toMatchObject({ ok: true })
      const listed = (await fixture.engine.list(call)).find((model) => model.name === fixture.model)
      expect(listed).toMatchObject({ engine: fixture.engine.kind })
      const shown = await fixture.engine.show(fixture.model, call)
      expect(shown).toMatchObject({ name: fixture.model, recommended: {} })
      expect(Array.isArray(await fixture.engine.loaded(call))).toBe(true)
      await expect(fixture.engine.show('no-such-model:latest', call)).rejects.toMatchObject({ code: 'model-missing' })
    })

    test('what it can not do is refused as unsupported', async () => {
      for (const verb of verbs) {
        if (!fixture.engine.supports.has(verb)) expect(await refusal(fixture.engine, verb), verb).toBe('unsupported')
      }
    })

    test('closing ends what is under way', async () => {
      const parts: EnginePart[] = []
      for await (const part of ask(fixture.longPrompt, open())) {
        if (part.type === 'text' && !parts.some((seen) => seen.type === 'text')) void fixture.engine.close()
        parts.push(part)
      }
      expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
    })
  })
}

const isLast = (part: EnginePart) => part.type === 'end' || part.type === 'error'

export function textOf(parts: EnginePart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

async function refusal(engine: Engine, verb: ManagementVerb): Promise<string | undefined> {
  const call = { signal: open() }
  const attempts = {
    pull: () => collectParts(engine.pull('x', call)),
    remove: () => engine.remove('x', call),
    copy: () => engine.copy('x', 'y', call),
    create: () => engine.create({ model: 'y', from: 'x' }, call),
    load: () => engine.load({ model: 'x' }, call),
    unload: () => engine.unload('x', call),
    embed: () => engine.embed({ model: 'x', input: ['a'] }, call),
  }
  try {
    await attempts[verb]()
    return undefined
  } catch (error) {
    return errorCodeOf(error)
  }
}
