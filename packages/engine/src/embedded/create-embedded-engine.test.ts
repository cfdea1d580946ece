import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ChatRequest, EnginePart } from '../engine.ts'
import { describeEngine } from '../testing/describe-engine.ts'
import { createEmbeddedEngine, type EmbeddedEngine, type EmbeddedEngineOptions } from './create-embedded-engine.ts'
import { copyWithTemplate, thinkingTemplate } from './testing/copy-with-template.ts'
import { makeGguf } from './testing/make-gguf.ts'
import { modelsDirWith, obtainStarterModel, starterName } from './testing/starter-model.ts'

const model = await obtainStarterModel()
const reason = 'missing' in model ? ` (skipped: ${model.missing})` : ''
const never = new AbortController().signal
const longStory = 'Tell me a long story about a fox who lives in the snow.'

type Logged = { event: string; details: Record<string, unknown> }

describe.skipIf('missing' in model)(`the embedded engine with a real model${reason}`, { timeout: 120_000 }, () => {
  let modelsDir: string
  let engine: EmbeddedEngine
  let logged: Logged[]
  const others: EmbeddedEngine[] = []

  beforeAll(async () => {
    modelsDir = await modelsDirWith('path' in model ? model.path : '')
    engine = open()
  })
  afterEach(async () => {
    await Promise.all(others.splice(0).map((each) => each.close()))
  })
  afterAll(async () => {
    await engine?.close()
    await rm(modelsDir, { recursive: true, force: true })
  })

  function open(options: Partial<EmbeddedEngineOptions> = {}): EmbeddedEngine {
    logged = []
    const log = (event: string, details: Record<string, unknown>) => logged.push({ event, details })
    return createEmbeddedEngine({ modelsDir, maxSequences: 4, gpu: 'off', log, ...options })
  }

  function openOther(options: Partial<EmbeddedEngineOptions> = {}): EmbeddedEngine {
    const other = open(options)
    others.push(other)
    return other
  }

  const request = (text: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
    model: starterName,
    messages: [{ role: 'user', content: text }],
    maxTokens: 24,
    contextTokens: 2048,
    ...more,
  })

  async function answer(what: ChatRequest, by = engine, signal = never, onPart = () => {}) {
    const parts: EnginePart[] = []
    for await (const part of by.chat(what, { signal })) {
      parts.push(part)
      onPart()
    }
    const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    return { parts, text, last: parts.at(-1), types: parts.map((part) => part.type) }
  }

  test('says that it loads, answers piece by piece, and counts', async () => {
    const { text, last, types, parts } = await answer(request('What is a fox? Answer in one sentence.'))
    expect(types[0]).toBe('loading')
    const pieces = parts.filter((part) => part.type === 'text')
    expect(pieces.length).toBeGreaterThan(1)
    // The first words wait for nothing; later ones come together and say how many tokens they are.
    expect(pieces[0]?.tokens).toBeLessThanOrEqual(2)
    const tokens = pieces.reduce((sum, { tokens = 1 }) => sum + tokens, 0)
    expect(tokens).toBeGreaterThanOrEqual((last?.type === 'end' ? (last.usage.completionTokens ?? 0) : 0) - 2)
    expect(text.length).toBeGreaterThan(10)
    expect(last).toMatchObject({
      type: 'end',
      usage: { promptTokens: expect.any(Number), completionTokens: expect.any(Number), loadMs: expect.any(Number) },
    })
    expect(await engine.loaded({ signal: never })).toMatchObject([{ name: starterName, contextTokens: 2048 }])
    expect(await engine.list({ signal: never })).toMatchObject([
      {
        name: starterName,
        label: 'SmolLM2 135M',
        note: 'Tiny, for trying out.',
        loaded: true,
        loadMs: expect.any(Number),
      },
    ])
  })

  test('stops at the limit and says so', async () => {
    const { last } = await answer(request(longStory, { maxTokens: 5 }))
    expect(last).toMatchObject({ type: 'end', reason: 'length', usage: { completionTokens: 5 } })
  })

  test('evaluates only what is new of a conversation', async () => {
    const conversationId = 'a conversation'
    const long = `Here is a text. ${'The quick brown fox jumps over the lazy dog. '.repeat(30)} What does the fox do?`
    const first = await answer(request(long, { conversationId }))
    const messages = [
      { role: 'user' as const, content: long },
      { role: 'assistant' as const, content: first.text },
      { role: 'user' as const, content: 'And the dog?' },
    ]
    // Others in between take the other sequences, not this conversation's.
    await answer(request('Say hello.', { conversationId: 'another', maxTokens: 3 }))
    const second = await answer(request('', { messages, conversationId }))
    const { details } = logged.filter(({ event }) => event === 'answered').at(-1)!
    const prompt = second.last?.type === 'end' ? (second.last.usage.promptTokens ?? 0) : 0
    expect(prompt).toBeGreaterThan(300)
    expect(details.evaluatedTokens).toBeLessThan(60)
  })

  test('answers four at once, each whole, none mixed with another', async () => {
    const prompts = ['Count: 1, 2, 3', 'Name a colour.', 'What is water?', longStory]
    const alone: string[] = []
    const greedy = { temperature: 0, options: { seed: 1 } }
    for (const prompt of prompts) alone.push((await answer(request(prompt, greedy))).text)
    const together = await Promise.all(prompts.map((prompt) => answer(request(prompt, greedy))))
    for (const { last } of together) expect(last?.type).toBe('end')
    // Batches round differently, so the words may part; how they begin does not.
    expect(together.map(({ text }) => text.slice(0, 8))).toEqual(alone.map((text) => text.slice(0, 8)))
  })

  test('keeps a fifth waiting and then answers it', async () => {
    const calls = [1, 2, 3, 4, 5].map(() => answer(request(longStory)))
    const answers = await Promise.all(calls)
    expect(answers.map(({ last }) => last?.type)).toEqual(Array(5).fill('end'))
    expect(answers.filter(({ types }) => types.includes('waiting'))).toHaveLength(1)
  })

  test('an abort stops it at once and keeps the text', async () => {
    const stop = new AbortController()
    const parts: EnginePart[] = []
    for await (const part of engine.chat(request(longStory, { maxTokens: 1000 }), { signal: stop.signal })) {
      parts.push(part)
      if (parts.filter(({ type }) => type === 'text').length === 5) stop.abort()
    }
    expect(parts.filter(({ type }) => type === 'text').length).toBeLessThan(20)
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
    // The place is free again: four more fit at once.
    const answers = await Promise.all([1, 2, 3, 4].map(() => answer(request('Hi', { maxTokens: 2 }))))
    expect(answers.map(({ last }) => last?.type)).toEqual(Array(4).fill('end'))
  })

  test('an abort reaches a long prompt while it is being read', async () => {
    const stop = new AbortController()
    const prompt = 'The quick brown fox jumps over the lazy dog. '.repeat(180)
    const reading = answer(request(prompt, { maxTokens: 1 }), engine, stop.signal)
    // The answer to a short question shows that the long one is inside by now.
    await answer(request('Hi', { maxTokens: 1 }))
    stop.abort()
    const { last, text } = await reading
    expect(last).toMatchObject({ type: 'error', code: 'aborted' })
    expect(text).toBe('')
  })

  test('leaving the loop early frees the place', async () => {
    for await (const part of engine.chat(request(longStory, { maxTokens: 1000 }), { signal: never })) {
      if (part.type === 'text') break
    }
    const answers = await Promise.all([1, 2, 3, 4].map(() => answer(request('Hi', { maxTokens: 2 }))))
    expect(answers.map(({ last }) => last?.type)).toEqual(Array(4).fill('end'))
  })

  test('goes on from an unfinished answer', async () => {
    const messages: ChatRequest['messages'] = [
      { role: 'user', content: 'Count from 1 to 10.' },
      { role: 'assistant', content: '1, 2, 3, 4, 5,' },
    ]
    const { text } = await answer(request('', { messages, continueLast: true, temperature: 0, maxTokens: 6 }))
    expect(text).toMatch(/^ ?6/)
    expect(text).not.toContain('1, 2')
  })

  test('keeps to a schema', async () => {
    const format = {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer' } },
      required: ['name', 'age'],
    }
    const { text } = await answer(
      request('Bob is 5 years old. Give his name and age as JSON.', { format, maxTokens: 60 }),
    )
    expect(JSON.parse(text)).toEqual({ name: expect.any(String), age: expect.any(Number) })
  })

  test('returns a tool call and does not run it', async () => {
    const tools = [
      {
        name: 'get_weather',
        description: 'Get the current weather in a city',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string', enum: ['Paris'] }, unit: { type: 'string', enum: ['C'] } },
          required: ['city'],
        },
      },
    ]
    const messages: ChatRequest['messages'] = [
      { role: 'user', content: 'Weather in Rome?' },
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ callId: '1', name: 'get_weather', arguments: { city: 'Rome' } }],
      },
      { role: 'tool', callId: '1', name: 'get_weather', content: '"sunny"' },
      { role: 'assistant', content: 'It is sunny in Rome.' },
      { role: 'user', content: 'Weather in London?' },
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ callId: '2', name: 'get_weather', arguments: { city: 'London' } }],
      },
      { role: 'tool', callId: '2', name: 'get_weather', content: '"rain"' },
      { role: 'assistant', content: 'It rains in London.' },
      { role: 'user', content: 'Weather in Paris?' },
    ]
    const { parts, last } = await answer(request('', { messages, tools, temperature: 0, maxTokens: 60 }))
    expect(last).toMatchObject({ type: 'end', reason: 'tool-calls' })
    expect(parts.filter(({ type }) => type === 'tool-call')).toMatchObject([
      { call: { name: 'get_weather', arguments: { city: 'Paris' }, callId: expect.any(String) } },
    ])
    expect(JSON.stringify(parts)).not.toContain('null')
    // The last answer of a turn is given without tools, though calls stand before it.
    const without = await answer(request('', { messages, temperature: 0, maxTokens: 8 }))
    expect(without.last).toMatchObject({ type: 'end' })
  })

  test('a conversation longer than the window is a bad request, said in numbers', async () => {
    const { last } = await answer(request('word '.repeat(3000)))
    expect(last).toMatchObject({ type: 'error', code: 'bad-request', message: expect.stringContaining('2,048') })
  })

  test('a model that is not there is told apart', async () => {
    expect((await answer(request('Hi', { model: 'nothing' }))).parts).toMatchObject([
      { type: 'error', code: 'model-missing' },
    ])
    await expect(engine.show('nothing', { signal: never })).rejects.toMatchObject({ code: 'model-missing' })
  })

  test('shows what its publisher recommends', async () => {
    expect(await engine.show(starterName, { signal: never })).toMatchObject({
      recommended: { temperature: 0.2, topP: 0.9 },
      license: 'apache-2.0',
      contextTokensMax: 8192,
      quantization: 'Q4_1',
    })
  })

  test('makes vectors in the order of the input', async () => {
    const other = openOther({ maxSequences: 1 })
    const { vectors } = await other.embed({ model: starterName, input: ['a fox', 'a dog', 'a fox'] }, { signal: never })
    expect(vectors.map(({ length }) => length)).toEqual([576, 576, 576])
    expect(vectors[0]).toEqual(vectors[2])
    expect(vectors[0]).not.toEqual(vectors[1])
  })

  test('how many answers stand side by side is asked when a model is loaded, and that can be had anew', async () => {
    let sequences = 1
    const other = openOther({ maxSequences: () => sequences })
    const loads = () => logged.flatMap(({ event, details }) => (event === 'model loaded' ? [details.sequences] : []))
    await answer(request('Hi', { maxTokens: 2 }), other)
    sequences = 2
    await answer(request('Hi', { maxTokens: 2 }), other)
    expect(loads()).toEqual([1])
    other.reloadWhenIdle()
    await answer(request('Hi', { maxTokens: 2 }), other)
    expect(loads()).toEqual([1, 2])
  })

  test('a killed child costs its answers a typed error, and the next question starts a new one', async () => {
    const other = openOther({ maxSequences: 2 })
    const parts: EnginePart[] = []
    let killed = false
    for await (const part of other.chat(request(longStory, { maxTokens: 1000 }), { signal: never })) {
      parts.push(part)
      if (part.type === 'text' && !killed) {
        killed = true
        process.kill(childPid(other), 'SIGKILL')
      }
    }
    expect(parts.at(-1)).toMatchObject({
      type: 'error',
      code: 'engine-failed',
      message: expect.stringContaining('killed'),
    })
    const again = await answer(request('Hi', { maxTokens: 2 }), other)
    expect(again.types).toContain('loading')
    expect(again.last?.type).toBe('end')
  })

  test('a child that hangs is found out and replaced', async () => {
    const other = openOther({ maxSequences: 1, silenceMs: 3000 })
    const parts: EnginePart[] = []
    let frozen = false
    for await (const part of other.chat(request(longStory, { maxTokens: 1000 }), { signal: never })) {
      parts.push(part)
      if (part.type === 'text' && !frozen) {
        frozen = true
        process.kill(childPid(other), 'SIGSTOP')
      }
    }
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'engine-timeout' })
    expect((await answer(request('Hi', { maxTokens: 2 }), other)).last?.type).toBe('end')
  })

  test('another window reloads the model, and who asked for it is not overtaken', async () => {
    const other = openOther({ maxSequences: 2 })
    const started = Promise.withResolvers<void>()
    const first = answer(request(longStory, { maxTokens: 100 }), other, never, started.resolve)
    await started.promise
    const waits = Promise.withResolvers<void>()
    const second = answer(request('Hi', { contextTokens: 1024 }), other, never, waits.resolve)
    await waits.promise
    const third = answer(request('Hi', { maxTokens: 2 }), other)
    expect([(await first).last?.type, (await second).last?.type, (await third).last?.type]).toEqual([
      'end',
      'end',
      'end',
    ])
    expect((await second).types.slice(0, 2)).toEqual(['waiting', 'loading'])
    expect((await third).types.slice(0, 2)).toEqual(['waiting', 'loading'])
    expect(await other.loaded({ signal: never })).toMatchObject([{ contextTokens: 2048 }])
  })

  test('the child goes when its parent is killed', async () => {
    const script = fileURLToPath(new URL('./testing/parent-process.ts', import.meta.url))
    const parent = spawn(process.execPath, [script, modelsDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(createInterface({ input: parent.stdout }), 'line')
    const pid = Number(line)
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(() => isAlive(pid), { timeout: 10_000, interval: 20 }).toBe(false)
  })

  test('unloading gives the memory back, and ends what runs', async () => {
    const other = openOther({ maxSequences: 1 })
    const parts: EnginePart[] = []
    for await (const part of other.chat(request(longStory, { maxTokens: 1000 }), { signal: never })) {
      parts.push(part)
      if (part.type === 'text') await other.unload(starterName, { signal: never })
    }
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
    expect(await other.loaded({ signal: never })).toEqual([])
  })

  test('a file that is no model fails with a sentence, and the next model loads', async () => {
    const other = openOther({ maxSequences: 1 })
    await writeFile(join(modelsDir, 'broken.gguf'), Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(4000)]))
    expect((await other.list({ signal: never })).map(({ name }) => name)).toEqual([starterName])
    expect(other.unusableModels()).toMatchObject([{ name: 'broken' }])
    await rm(join(modelsDir, 'broken.gguf'))
    expect((await answer(request('Hi', { maxTokens: 2 }), other)).last?.type).toBe('end')
  })

  describe('a model that thinks first', () => {
    let thinkingDir: string
    let thinking: EmbeddedEngine
    beforeAll(async () => {
      thinkingDir = await mkdtemp(join(tmpdir(), 'reynard-thinking-'))
      await copyWithTemplate('path' in model ? model.path : '', join(thinkingDir, 'thinker.gguf'), thinkingTemplate)
      thinking = createEmbeddedEngine({ modelsDir: thinkingDir, maxSequences: 1, gpu: 'off' })
    })
    afterAll(async () => {
      await thinking?.close()
      await rm(thinkingDir, { recursive: true, force: true })
    })
    const hello = (more: Partial<ChatRequest> = {}) => request('Say hello.', { model: 'thinker', ...more })

    test('gives its thoughts as reasoning, without the marks around them', async () => {
      const [info] = await thinking.list({ signal: never })
      expect(info?.capabilities).toContain('thinking')
      const { parts, text } = await answer(hello(), thinking)
      const thoughts = parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('')
      expect(thoughts.trim().length).toBeGreaterThan(10)
      expect(thoughts + text).not.toMatch(/<\/?think>/)
      expect(text).toBe('')
    })

    test('does not think where it is told not to', async () => {
      const { types, text } = await answer(hello({ think: false }), thinking)
      expect(types).not.toContain('reasoning')
      expect(text.trim().length).toBeGreaterThan(3)
      // It may speak of the mark, as a model this small does; an answer that begins with one would be its thoughts.
      expect(text).not.toMatch(/^\s*<\/?think>/)
    })

    test('goes on with the words of an unfinished answer, not with a thought', async () => {
      const messages = [
        ...hello().messages,
        { role: 'assistant' as const, content: 'Hello, my', reasoning: 'Be kind.' },
      ]
      const { types } = await answer(hello({ messages, continueLast: true }), thinking)
      expect(types).not.toContain('reasoning')
      expect(types).toContain('text')
    })
  })

  test('a file that llama.cpp refuses is no model any more', async () => {
    const other = openOther({ maxSequences: 1 })
    await writeFile(join(modelsDir, 'empty.gguf'), makeGguf({ 'general.architecture': 'llama' }))
    const changed = new Promise<void>((resolve) => {
      const off = other.onChange(() => {
        void other.list({ signal: never }).then((models) => {
          if (models.length !== 1) return
          off()
          resolve()
        })
      })
    })
    expect((await answer(request('Hi', { model: 'empty' }), other)).last).toMatchObject({
      type: 'error',
      code: 'engine-failed',
      docs: 'model-files',
      message: expect.stringContaining('damaged'),
    })
    await changed
    expect(other.unusableModels()).toMatchObject([{ name: 'empty', problem: expect.stringContaining('llama.cpp') }])
    expect((await answer(request('Hi', { model: 'empty' }), other)).last).toMatchObject({ code: 'model-missing' })
    await other.remove('empty', { signal: never })
    expect(other.unusableModels()).toEqual([])
  })

  test('a model that is dropped into the folder appears, half-copied ones and parts do not', async () => {
    const dropped = join(modelsDir, 'dropped')
    const appeared = new Promise<void>((resolve) => {
      const off = engine.onChange(() => {
        void engine.list({ signal: never }).then((models) => {
          if (!models.some(({ name }) => name === 'dropped')) return
          off()
          resolve()
        })
      })
    })
    await copyFile(join(modelsDir, `${starterName}.gguf`), `${dropped}.gguf.part`)
    expect(await engine.list({ signal: never })).toHaveLength(1)
    await rename(`${dropped}.gguf.part`, `${dropped}.gguf`)
    await appeared
    await engine.remove('dropped', { signal: never })
    expect(await engine.list({ signal: never })).toHaveLength(1)
  })

  function childPid(of: EmbeddedEngine): number {
    const pid = of.processId()
    if (pid === null) throw new Error('The engine has no child.')
    return pid
  }
})

if ('path' in model) {
  describeEngine('embedded', async () => {
    const modelsDir = await modelsDirWith(model.path)
    return {
      engine: createEmbeddedEngine({ modelsDir, maxSequences: 4, gpu: 'off' }),
      model: starterName,
      shortPrompt: 'What is a fox?',
      longPrompt: longStory,
      close: () => rm(modelsDir, { recursive: true, force: true }),
    }
  })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a chat with nothing loaded and nothing there ends in one sentence', async () => {
  const engine = createEmbeddedEngine({ modelsDir: join(tmpdir(), 'reynard-no-models'), maxSequences: 1, gpu: 'off' })
  const parts: EnginePart[] = []
  const call = { signal: never }
  for await (const part of engine.chat({ model: 'x', messages: [{ role: 'user', content: 'Hi' }] }, call))
    parts.push(part)
  expect(parts).toMatchObject([{ type: 'error', code: 'model-missing' }])
  expect(await engine.list(call)).toEqual([])
  expect(() => engine.pull('x', call)).toThrow(expect.objectContaining({ code: 'unsupported' }))
  await engine.close()
})
