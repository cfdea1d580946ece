import { LOCAL_OWNER_ID, listSegments } from '@reynard/db'
import { describeOnEachDialect } from '@reynard/db/testing'
import { createGate, createScriptedEngine, type ScriptStep } from '@reynard/engine/testing'
import { AppError } from '@reynard/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Listener, openRunKit, question, type RunKit, targetFor } from '../testing/open-run-kit.ts'

const words = (count: number): ScriptStep[] => Array.from({ length: count }, (_, i) => `word${i} `)
const textOf = (steps: ScriptStep[]) => steps.filter((step) => typeof step === 'string').join('')

describeOnEachDialect('createRunService', (dialect) => {
  let kit: RunKit
  beforeEach(async () => {
    kit = await openRunKit({ dialect })
  })
  afterEach(async () => {
    await kit.close()
    expect(kit.problems).toEqual([])
  })
  const message = async (conversationId: string, id: string) =>
    (await kit.conversations.byId(LOCAL_OWNER_ID, conversationId)).messages.find((each) => each.id === id)!

  it('answers a question, and what is streamed is what is saved', async () => {
    kit.engine.setScript(words(300))
    const sent = await kit.send()
    const heard = await kit.hear(sent.runId)
    expect(heard.events.map((event) => event.type).slice(0, 2)).toEqual(['run-start', 'context-fitted'])
    expect(heard.view()).toMatchObject({ phase: 'ended', endReason: 'done', text: textOf(words(300)), tokens: 300 })
    expect(heard.view().parameters).toEqual({ temperature: 0.7, maxTokens: 2048, contextTokens: 4096 })
    expect(kit.runs.liveCount()).toBe(0)
    const again = await kit.hear(sent.runId)
    expect(again.events).toEqual(heard.events)
    const answer = await message(sent.conversationId, sent.answerId)
    expect(answer.text).toBe(textOf(words(300)))
    expect(answer.runs).toEqual([{ ...heard.view(), runId: sent.runId, createdAt: answer.createdAt }])
    const conversation = await kit.conversations.byId(LOCAL_OWNER_ID, sent.conversationId)
    expect(conversation).toMatchObject({ title: 'Why is the sky blue?', activeLeafId: sent.answerId, activity: 'idle' })
    expect(kit.published.map((change) => change.kind)).toEqual(['run-started', 'run-ended'])
  })

  it('gives the same ids for the same key: at once, later, and after a restart, and asks once', async () => {
    const input = question()
    const [a, b] = await Promise.all([kit.runs.send(LOCAL_OWNER_ID, input), kit.runs.send(LOCAL_OWNER_ID, input)])
    expect(a).toEqual(b)
    await kit.hear(a.runId)
    expect(await kit.runs.send(LOCAL_OWNER_ID, input)).toEqual(a)
    const second = await openRunKit({ db: { ...kit.db, close: async () => {} }, engine: kit.engine })
    await second.runs.recover()
    expect(await second.runs.send(LOCAL_OWNER_ID, input)).toEqual(a)
    expect(kit.engine.chats).toHaveLength(1)
    await second.close()
    const forgetful = await openRunKit({ db: { ...kit.db, close: async () => {} } })
    expect(await forgetful.runs.send(LOCAL_OWNER_ID, input)).toEqual(a)
    expect(forgetful.runs.liveCount()).toBe(0)
    await forgetful.close()
  })

  it('asks the database nothing before it begins to answer in a new chat', async () => {
    const asked: string[] = []
    const kysely = kit.db.kysely.withPlugin({
      transformQuery({ node }) {
        if (node.kind === 'SelectQueryNode' || node.kind === 'RawNode') asked.push(node.kind)
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const counted = await openRunKit({ db: { ...kit.db, kysely, close: async () => {} } })
    // What is the same for every chat of a person is asked for once.
    await counted.hear((await counted.send()).runId)
    expect(asked.length).toBeGreaterThan(0)
    asked.length = 0
    await counted.hear((await counted.send()).runId)
    expect(asked).toEqual([])
    await counted.close()
  })

  it('goes on with a run whose commit went through although its answer was lost', async () => {
    let isLost = true
    const commit: RunKit['db']['commit'] = async (statements) => {
      await kit.db.commit(statements)
      if (isLost) throw new AppError('internal', 'Connection terminated')
    }
    const other = await openRunKit({ db: { ...kit.db, commit } })
    const input = question()
    const sending = other.runs.send(LOCAL_OWNER_ID, input)
    await other.engine.chatAt(0)
    isLost = false
    const sent = await sending
    expect((await other.hear(sent.runId)).view()).toMatchObject({ text: 'Hello from the script.', endReason: 'done' })
    expect(await other.runs.send(LOCAL_OWNER_ID, input)).toEqual(sent)
    expect(other.engine.chats).toHaveLength(1)
    await other.runs.close(0)
  })

  it('ends a run that is open in the database and in no process, once, for whoever asks', async () => {
    kit.engine.setScript(['Half', createGate()])
    const sent = await kit.send()
    await kit.engine.chatAt(0)
    // What the first one still had to write is written: a process that is dead writes no more.
    await expect
      .poll(async () => JSON.stringify(await listSegments(kit.db.kysely, sent.runId, 0, 10)))
      .toContain('Half')
    const other = await openRunKit({ db: kit.db })
    const heard = await Promise.all([1, 2, 3].map(() => other.hear(sent.runId)))
    for (const listener of heard) {
      expect(listener.events.filter(({ type }) => type === 'run-end')).toMatchObject([{ reason: 'interrupted' }])
    }
    await other.runs.cancel(LOCAL_OWNER_ID, sent.runId)
    const conversation = await other.conversations.byId(LOCAL_OWNER_ID, sent.conversationId)
    expect(conversation).toMatchObject({ activity: 'interrupted' })
    await other.runs.close(0)
  })

  it('gives the model the path and nothing beside it', async () => {
    kit.engine.setScript(['First answer.'])
    const first = await kit.send({ text: 'One?' })
    await kit.hear(first.runId)
    kit.engine.setScript(['Second answer.'])
    const { conversationId } = first
    const again = await kit.runs.regenerate(LOCAL_OWNER_ID, { key: 'regenerate', messageId: first.answerId })
    await kit.hear(again.runId)
    const next = await kit.send({ conversationId, parentId: again.answerId, text: 'Two?' })
    await kit.hear(next.runId)
    expect(kit.engine.chats.at(-1)!.request.messages).toEqual([
      { role: 'user', content: 'One?' },
      { role: 'assistant', content: 'Second answer.' },
      { role: 'user', content: 'Two?' },
    ])
    const edited = await kit.send({ conversationId, parentId: null, text: 'One, edited?' })
    await kit.hear(edited.runId)
    expect(kit.engine.chats.at(-1)!.request.messages).toEqual([{ role: 'user', content: 'One, edited?' }])
    const conversation = await kit.conversations.byId(LOCAL_OWNER_ID, conversationId)
    expect(conversation.messages.filter((each) => each.parentId === null)).toHaveLength(2)
    expect(conversation.messages.filter((each) => each.parentId === first.userMessageId)).toHaveLength(2)
  })

  it('stops a streaming run, keeps its text, and goes on from there', async () => {
    const gate = createGate()
    kit.engine.setScript(['Once upon', gate, ' never'])
    const sent = await kit.send()
    await gate.reached
    await kit.runs.cancel(LOCAL_OWNER_ID, sent.runId)
    await kit.runs.cancel(LOCAL_OWNER_ID, sent.runId)
    expect(await kit.engine.chats[0]!.left).toBe('aborted')
    const heard = await kit.hear(sent.runId)
    expect(heard.view()).toMatchObject({ endReason: 'stopped', text: 'Once upon', error: null })
    expect(kit.admission.snapshot({ host: 'test', model: 'scripted:1b' })).toEqual({ total: 4, free: 4, queued: 0 })
    await kit.runs.cancel(LOCAL_OWNER_ID, sent.runId)
    expect((await message(sent.conversationId, sent.answerId)).text).toBe('Once upon')

    kit.engine.setScript([' a time.'])
    const more = await kit.runs.continue(LOCAL_OWNER_ID, { key: 'continue', messageId: sent.answerId })
    expect(more).toMatchObject({ conversationId: sent.conversationId, answerId: sent.answerId })
    await kit.hear(more.runId)
    expect(kit.engine.chats.at(-1)!.request).toMatchObject({ continueLast: true })
    const answer = await message(sent.conversationId, sent.answerId)
    expect(answer.text).toBe('Once upon a time.')
    expect(answer.runs.map((run) => run.endReason)).toEqual(['stopped', 'done'])
  })

  it('waits for a model that is on its way, and starts when it is there', async () => {
    kit.selector.set({ state: 'waiting', sentence: 'A model is on its way.' })
    const sent = await kit.send()
    const listener = new Listener()
    const items = kit.watch(sent.runId)[Symbol.asyncIterator]()
    const first = await items.next()
    if (first.done !== true) listener.take(first.value)
    expect(listener.view().queue).toEqual({ position: 1, etaMs: null, place: 'model' })
    kit.selector.set({ state: 'ready', target: targetFor(kit.engine) })
    for (let next = await items.next(); next.done !== true; next = await items.next()) listener.take(next.value)
    expect(listener.view()).toMatchObject({ endReason: 'done', queue: null })
  })

  it('keeps a question while no model has answered yet, whatever is missing; a call by REST is refused', async () => {
    const error = { code: 'no-engine' as const, message: 'No engine answers.' }
    kit.selector.set({ state: 'none', error, awaitsFirst: true })
    const sent = await kit.send()
    const items = kit.watch(sent.runId)[Symbol.asyncIterator]()
    const listener = new Listener()
    const first = await items.next()
    if (first.done !== true) listener.take(first.value)
    expect(listener.view().queue).toEqual({ position: 1, etaMs: null, place: 'model' })
    const call = await kit.runs.send(LOCAL_OWNER_ID, question(), { source: 'api' })
    expect((await kit.hear(call.runId)).view()).toMatchObject({ endReason: 'failed', error })
    kit.selector.set({ state: 'ready', target: targetFor(kit.engine) })
    for (let next = await items.next(); next.done !== true; next = await items.next()) listener.take(next.value)
    expect(listener.view()).toMatchObject({ endReason: 'done', error: null })
  })

  it('can be stopped while it waits for a model, and while it waits for a slot', async () => {
    kit.selector.set({ state: 'waiting', sentence: 'A model is on its way.' })
    const parked = await kit.send()
    await kit.runs.cancel(LOCAL_OWNER_ID, parked.runId)
    expect((await kit.hear(parked.runId)).view()).toMatchObject({ endReason: 'stopped', text: '' })
    const gate = createGate()
    kit.engine.setScript(['x', gate])
    kit.selector.set({ state: 'ready', target: targetFor(kit.engine, { slots: 1 }) })
    const running = await kit.send()
    await gate.reached
    const queued = await kit.send()
    expect(kit.admission.snapshot(null).queued).toBe(1)
    await kit.runs.cancel(LOCAL_OWNER_ID, queued.runId)
    expect(kit.admission.snapshot(null).queued).toBe(0)
    gate.open()
    expect((await kit.hear(running.runId)).view()).toMatchObject({ endReason: 'done' })
    expect((await kit.hear(queued.runId)).view()).toMatchObject({ endReason: 'stopped' })
    expect(kit.engine.chats).toHaveLength(1)
  })

  it('can be stopped while the model loads', async () => {
    const gate = createGate()
    kit.engine.setScript([{ type: 'loading', expectedMs: 5_000 }, gate])
    const sent = await kit.send()
    await gate.reached
    await kit.runs.cancel(LOCAL_OWNER_ID, sent.runId)
    expect(await kit.engine.chats[0]!.left).toBe('aborted')
    const heard = await kit.hear(sent.runId)
    expect(heard.events.map((event) => event.type)).toContain('model-loading')
    expect(heard.view()).toMatchObject({ endReason: 'stopped' })
  })

  it('ends with a typed error where nothing can answer, and when the engine fails, and frees the slot', async () => {
    const error = { code: 'no-engine' as const, message: 'No engine answers.' }
    kit.selector.set({ state: 'none', error, awaitsFirst: false })
    const none = await kit.send()
    expect((await kit.hear(none.runId)).view()).toMatchObject({ endReason: 'failed', error })
    const failing = createScriptedEngine({
      script: ['half', { type: 'error', code: 'out-of-memory', message: 'Too big.', docs: 'memory' }],
    })
    kit.selector.set({ state: 'ready', target: targetFor(failing, { slots: 1 }) })
    const failed = await kit.send()
    expect((await kit.hear(failed.runId)).view()).toMatchObject({
      endReason: 'failed',
      text: 'half',
      error: { code: 'out-of-memory', docs: 'memory' },
    })
    expect(kit.admission.snapshot({ host: 'test', model: 'scripted:1b' })).toEqual({ total: 1, free: 1, queued: 0 })
    const conversation = await kit.conversations.byId(LOCAL_OWNER_ID, failed.conversationId)
    expect(conversation.activity).toBe('failed')
    kit.selector.set({ state: 'ready', target: targetFor(kit.engine) })
    const retry = await kit.runs.regenerate(LOCAL_OWNER_ID, { key: 'retry-it', messageId: failed.answerId })
    expect((await kit.hear(retry.runId)).view().endReason).toBe('done')
  })

  it('says which model was asked for where another one answers, and samples in the order of who says so', async () => {
    const target = targetFor(kit.engine, { requestedModel: 'llama3.1', recommended: { temperature: 0.2, topP: 0.9 } })
    kit.selector.set({ state: 'ready', target })
    const plain = await kit.hear((await kit.send({ model: 'llama3.1' })).runId)
    expect(plain.view()).toMatchObject({ requestedModel: 'llama3.1', model: 'scripted:1b' })
    expect(plain.view().parameters).toMatchObject({ temperature: 0.2, topP: 0.9, maxTokens: 2048 })
    Object.assign(kit.operator, { temperature: 0.5, maxTokens: 100, systemPrompt: 'Operator.' })
    const operator = await kit.hear((await kit.send()).runId)
    expect(operator.view().parameters).toEqual({ temperature: 0.5, maxTokens: 100, contextTokens: 4096 })
    expect(kit.engine.chats.at(-1)!.request.messages[0]).toEqual({ role: 'system', content: 'Operator.' })
    const sent = await kit.send({ settings: { temperature: 1, systemPrompt: 'Mine.' } })
    expect((await kit.hear(sent.runId)).view().parameters).toMatchObject({ temperature: 1, maxTokens: 100 })
    const more = await kit.send({
      conversationId: sent.conversationId,
      parentId: sent.answerId,
      settings: { maxTokens: 7, contextTokens: 512 },
    })
    const both = (await kit.hear(more.runId)).view()
    expect(both.parameters).toEqual({ temperature: 1, maxTokens: 7, contextTokens: 512 })
    expect(kit.engine.chats.at(-1)!.request).toMatchObject({ contextTokens: 4096, maxTokens: 7 })
    expect(kit.engine.chats.at(-1)!.request.messages[0]).toEqual({ role: 'system', content: 'Mine.' })
  })

  it('refuses what follows an answer that is still being written, and what belongs to somebody else', async () => {
    const gate = createGate()
    kit.engine.setScript(['x', gate])
    const sent = await kit.send()
    const { conversationId, answerId, runId } = sent
    await gate.reached
    await expect(kit.send({ conversationId, parentId: answerId })).rejects.toMatchObject({ code: 'conflict' })
    const goOn = kit.runs.continue(LOCAL_OWNER_ID, { key: 'continue', messageId: answerId })
    await expect(goOn).rejects.toMatchObject({ code: 'conflict' })
    await expect(kit.runs.cancel('somebody', runId)).rejects.toMatchObject({ code: 'not-found' })
    await expect(
      kit.runs.watch('somebody', { runId }, 0, AbortSignal.timeout(5_000))[Symbol.asyncIterator]().next(),
    ).rejects.toMatchObject({ code: 'not-found' })
    await expect(kit.runs.send('somebody', question({ conversationId }))).rejects.toMatchObject({ code: 'not-found' })
    // Not even that it is being written.
    const onto = question({ conversationId, parentId: answerId })
    await expect(kit.runs.send('somebody', onto)).rejects.toMatchObject({ code: 'not-found' })
    const theirs = kit.runs.continue('somebody', { key: 'continue-2', messageId: answerId })
    await expect(theirs).rejects.toMatchObject({ code: 'not-found' })
    gate.open()
    await kit.hear(runId)
  })

  it('interrupts what is still running when it closes, saves it, and takes nothing new', async () => {
    const gate = createGate()
    kit.engine.setScript(['So far', gate])
    const sent = await kit.send()
    await gate.reached
    await kit.runs.close(0)
    await expect(kit.send()).rejects.toMatchObject({ code: 'shutting-down' })
    expect((await kit.hear(sent.runId)).view()).toMatchObject({ endReason: 'interrupted', text: 'So far' })
    const conversation = await kit.conversations.byId(LOCAL_OWNER_ID, sent.conversationId)
    expect(conversation.activity).toBe('interrupted')
  })

  it('makes a title in the background, and stops making it when a person waits', async () => {
    kit.operator.titles = true
    kit.selector.set({ state: 'ready', target: targetFor(kit.engine, { slots: 1 }) })
    const held = createGate()
    const titled = createGate()
    kit.engine.setScript(({ messages }) => (messages[0]!.role === 'system' ? [held, 'Blue sky'] : ['Because.']))
    const first = await kit.send()
    await kit.hear(first.runId)
    await held.reached
    kit.engine.setScript(({ messages }) => (messages[0]!.role === 'system' ? ['Blue', ' sky', titled] : ['Because.']))
    const second = await kit.send()
    expect(await kit.engine.chats[1]!.left).toBe('aborted')
    await kit.hear(second.runId)
    await titled.reached
    titled.open()
    const title = async (id: string) => (await kit.conversations.byId(LOCAL_OWNER_ID, id)).title
    await expect.poll(() => title(second.conversationId)).toBe('Blue sky')
    // Nobody waits any more, so the one that had to go has another turn.
    await expect.poll(() => title(first.conversationId)).toBe('Blue sky')
    expect(await kit.runs.recover()).toBe(0)
  })

  it('tries a title that had to go until it has its turn', async () => {
    kit.operator.titles = true
    kit.selector.set({ state: 'ready', target: targetFor(kit.engine, { slots: 1 }) })
    let held = createGate()
    kit.engine.setScript(({ messages }) => (messages[0]!.role === 'system' ? [held, 'Blue sky'] : ['Because.']))
    const first = await kit.send()
    await kit.hear(first.runId)
    for (let turn = 0; turn < 3; turn++) {
      await held.reached
      // Questions of an API make no titles of their own: each only takes the place of the one that is being made.
      held = createGate()
      await kit.hear((await kit.runs.send(LOCAL_OWNER_ID, question(), { source: 'api' })).runId)
    }
    held.open()
    await expect
      .poll(async () => (await kit.conversations.byId(LOCAL_OWNER_ID, first.conversationId)).title)
      .toBe('Blue sky')
  })

  it('makes a title with a later answer where the first one came to none', async () => {
    kit.operator.titles = true
    let title: ScriptStep[] = [{ type: 'error', code: 'engine-failed', message: 'busy' }]
    kit.engine.setScript(({ messages }) => (messages[0]!.role === 'system' ? title : ['Because.']))
    const { conversationId, answerId, runId } = await kit.send()
    await kit.hear(runId)
    await expect.poll(() => kit.engine.chats.length).toBe(2)
    title = ['Blue sky']
    const again = await kit.send({ conversationId, parentId: answerId })
    await kit.hear(again.runId)
    await expect.poll(async () => (await kit.conversations.byId(LOCAL_OWNER_ID, conversationId)).title).toBe('Blue sky')
  })

  it('asks a model that knows no fit title once', async () => {
    kit.operator.titles = true
    kit.engine.setScript(({ messages }) =>
      messages[0]!.role === 'system' ? ['a whole answer '.repeat(20)] : ['Because.'],
    )
    const { conversationId, answerId, runId } = await kit.send()
    await kit.hear(runId)
    await kit.engine.chats[1]?.left
    await expect.poll(() => kit.admission.snapshot(null).free).toBe(4)
    const again = await kit.send({ conversationId, parentId: answerId })
    await kit.hear(again.runId)
    const other = await kit.send()
    await kit.hear(other.runId)
    await expect.poll(() => kit.engine.chats.length).toBe(5)
    expect((await kit.conversations.byId(LOCAL_OWNER_ID, conversationId)).title).toBe('Why is the sky blue?')
  })

  it('leaves the question as the title where the model is too small to make a better one', async () => {
    kit.operator.titles = true
    kit.selector.set({ state: 'ready', target: targetFor(kit.engine, { writesTitles: false }) })
    const sent = await kit.send()
    await kit.hear(sent.runId)
    await expect.poll(() => kit.runs.liveCount()).toBe(0)
    expect(kit.engine.chats).toHaveLength(1)
    expect((await kit.conversations.byId(LOCAL_OWNER_ID, sent.conversationId)).title).toBe('Why is the sky blue?')
  })

  it('rejects when the queue is full, and forgets what it rejected', async () => {
    const small = await openRunKit({ dialect, places: 1, ceiling: 1 })
    const gate = createGate()
    small.engine.setScript(['x', gate])
    await small.send()
    await gate.reached
    await small.send()
    const refused = question()
    const call = small.runs.send(LOCAL_OWNER_ID, refused)
    await expect(call).rejects.toMatchObject({ code: 'too-many-requests', retryAfterMs: expect.any(Number) })
    gate.open()
    await expect.poll(() => small.runs.liveCount()).toBe(0)
    expect((await small.hear((await small.runs.send(LOCAL_OWNER_ID, refused)).runId)).view().endReason).toBe('done')
    await small.close()
  })
})
