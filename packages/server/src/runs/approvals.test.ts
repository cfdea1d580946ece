import { LOCAL_OWNER_ID as me } from '@reynard/db'
import { describeOnEachDialect } from '@reynard/db/testing'
import { createScriptedEngine } from '@reynard/engine/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRunKit, question, type RunKit, targetFor } from '../testing/open-run-kit.ts'
import { countingScript, createTestKit } from '../testing/test-kit.ts'

describeOnEachDialect('approvals', (dialect) => {
  let kit: RunKit
  let counted: number[]
  const approvals = { expiryMs: 60_000, apiMayAct: false }

  const open = async (expiryMs = 60_000) => {
    const test = createTestKit()
    counted = test.counted
    const engine = createScriptedEngine({ script: countingScript })
    const target = targetFor(engine, { capabilities: ['completion', 'tools'], slots: 1 })
    Object.assign(approvals, { expiryMs, apiMayAct: false })
    return await openRunKit({
      dialect,
      engine,
      selection: { state: 'ready', target },
      kit: test.kit,
      approvals,
      ceiling: 1,
    })
  }
  beforeEach(async () => {
    kit = await open()
  })
  afterEach(() => kit.close())

  const settings = { assistant: 'tester' }
  const ask = (over: Parameters<RunKit['send']>[0] = {}) => kit.send({ settings, ...over })
  /** The call that waits, as soon as it is shown. */
  const waitingCall = async (runId: string) => {
    await expect.poll(() => kit.runs.liveView(runId)?.phase).toBe('approval')
    return { runId, callId: kit.runs.liveView(runId)!.toolCalls.at(-1)!.callId, scope: 'once' as const }
  }
  const free = () => kit.admission.snapshot({ host: 'test', model: 'scripted:1b' })

  it('are asked for durably, leave the slot to others meanwhile, and let the run go on', async () => {
    const sent = await ask()
    const call = await waitingCall(sent.runId)
    const { events } = await kit.db.kysely
      .selectFrom('run_events')
      .select('events')
      .where('run_id', '=', sent.runId)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    expect(events).toContain('approval-request')
    expect(free()).toMatchObject({ free: 1, queued: 0 })
    expect(await kit.conversations.byId(me, sent.conversationId)).toMatchObject({ activity: 'approval' })
    expect(kit.published.at(-1)).toEqual({ kind: 'conversation', conversationId: sent.conversationId })
    // Somebody else's question is answered in the only slot.
    const other = await kit.send({ text: 'No assistant.', settings: {} })
    await kit.hear(other.runId)

    expect(counted).toEqual([])
    expect(await kit.runs.decide(me, { ...call, decision: 'approved' })).toEqual({
      decision: 'approved',
      scope: 'once',
    })
    const heard = await kit.hear(sent.runId)
    expect(heard.view()).toMatchObject({ endReason: 'done', text: 'I count. \n\nIt said: Now 1.' })
    // On a busy machine it is also said that the files before the call are being kept.
    const told = heard.events.filter((event) => !(event.type === 'tool-start' && event.keeping))
    expect(told.map(({ type }) => type).filter((type) => /^(tool|approval)/.test(type))).toEqual([
      'tool-call',
      'approval-request',
      'approval-decision',
      'tool-start',
      'tool-result',
    ])
    expect(counted).toEqual([1])
    expect(free()).toMatchObject({ free: 1, queued: 0 })
    expect(await kit.conversations.byId(me, sent.conversationId)).toMatchObject({ activity: 'idle' })
    expect(kit.problems).toEqual([])
  })

  it('leave a chat with its title while one waits', async () => {
    kit.operator.titles = true
    kit.engine.setScript((request) =>
      request.messages[0]!.content.startsWith('Write a title') ? ['Counting up'] : countingScript(request),
    )
    const sent = await ask()
    const call = await waitingCall(sent.runId)
    await expect.poll(async () => (await kit.conversations.byId(me, sent.conversationId)).title).toBe('Counting up')
    const asked = kit.engine.chats.length
    await kit.runs.decide(me, { ...call, decision: 'approved' })
    await kit.hear(sent.runId)
    expect(free()).toMatchObject({ free: 1, queued: 0 })
    expect(kit.engine.chats).toHaveLength(asked + 1)
  })

  it('lose no slot, however many wait and however they end', async () => {
    const sent = await Promise.all(Array.from({ length: 15 }, () => ask()))
    const ends = await Promise.all(
      sent.map(async ({ runId }, i) => {
        const call = await waitingCall(runId)
        if (i % 3 === 0) await kit.runs.cancel(me, runId)
        else await kit.runs.decide(me, { ...call, decision: i % 3 === 1 ? 'approved' : 'denied' })
        return (await kit.hear(runId)).view().endReason
      }),
    )
    expect(ends).toEqual(sent.map((_, i) => (i % 3 === 0 ? 'stopped' : 'done')))
    expect(counted).toHaveLength(5)
    expect(free()).toEqual({ total: 1, free: 1, queued: 0 })
    const rows = await kit.db.kysely.selectFrom('tool_calls').select('state').orderBy('state').execute()
    const states = ['denied', 'done', 'failed'].flatMap((state) => Array.from({ length: 5 }, () => ({ state })))
    expect(rows).toEqual(states)
    expect(kit.problems).toEqual([])
  })

  it('count once: the first answer, whoever gives it, also when the run is long over', async () => {
    const sent = await ask()
    const call = await waitingCall(sent.runId)
    const answers = await Promise.all([
      kit.runs.decide(me, { ...call, decision: 'denied', note: 'Not today.' }),
      kit.runs.decide(me, { ...call, decision: 'approved' }),
    ])
    expect(answers).toEqual([
      { decision: 'denied', scope: 'once' },
      { decision: 'denied', scope: 'once' },
    ])
    const { toolCalls, text } = (await kit.hear(sent.runId)).view()
    expect(text).toContain('They say: Not today.')
    expect(toolCalls).toMatchObject([{ state: 'failed', decision: { decision: 'denied', note: 'Not today.' } }])
    expect(counted).toEqual([])
    expect(await kit.runs.decide(me, { ...call, decision: 'approved' })).toEqual({ decision: 'denied', scope: 'once' })
  })

  it('are nobody else’s to give', async () => {
    const sent = await ask()
    const call = await waitingCall(sent.runId)
    await expect(kit.runs.decide('somebody', { ...call, decision: 'approved' })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(kit.runs.decide(me, { ...call, callId: 'other', decision: 'approved' })).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(kit.runs.liveView(sent.runId)).toMatchObject({ phase: 'approval' })
    await kit.runs.cancel(me, sent.runId)
  })

  it('end by themselves when nobody answers in time', async () => {
    await kit.close()
    kit = await open(20)
    const sent = await ask()
    const { toolCalls, endReason } = (await kit.hear(sent.runId)).view()
    expect(endReason).toBe('done')
    expect(toolCalls).toMatchObject([{ failure: { failure: 'expired' }, decision: { decision: 'expired' } }])
    expect(counted).toEqual([])

    // Asked again, the same call waits anew, and the answer goes on with what came of it.
    approvals.expiryMs = 60_000
    const { runId, answerId: messageId } = sent
    const again = { key: 'asked-again', messageId, askAgain: { runId, callId: toolCalls[0]!.callId } }
    const wrong = { ...again, key: 'asked-wrongly', askAgain: { runId, callId: 'other' } }
    await expect(kit.runs.continue(me, wrong)).rejects.toMatchObject({ code: 'not-found' })
    const next = await kit.runs.continue(me, again)
    const call = await waitingCall(next.runId)
    expect(call.callId).not.toBe(toolCalls[0]!.callId)
    await kit.runs.decide(me, { ...call, decision: 'approved' })
    expect((await kit.hear(next.runId)).view()).toMatchObject({
      endReason: 'done',
      text: 'It said: Now 1.',
      toolCalls: [{ name: 'count', state: 'done' }],
    })
    expect(counted).toEqual([1])
    const askAgain = { runId: next.runId, callId: call.callId }
    const answered = kit.runs.continue(me, { key: 'asked-late', messageId, askAgain })
    await expect(answered).rejects.toMatchObject({ code: 'conflict' })
  })

  it('end with a run that is stopped, and nothing happens any more', async () => {
    const sent = await ask()
    const call = await waitingCall(sent.runId)
    await kit.runs.cancel(me, sent.runId)
    expect((await kit.hear(sent.runId)).view()).toMatchObject({
      endReason: 'stopped',
      toolCalls: [{ state: 'failed' }],
    })
    await expect(kit.runs.decide(me, { ...call, decision: 'approved' })).rejects.toMatchObject({ code: 'conflict' })
    expect(await kit.conversations.byId(me, sent.conversationId)).toMatchObject({ activity: 'idle' })
    expect(free()).toMatchObject({ free: 1, queued: 0 })
    expect(counted).toEqual([])
    expect(kit.problems).toEqual([])
  })

  it('reach for a whole conversation, and not beyond it', async () => {
    const first = await ask()
    const call = await waitingCall(first.runId)
    await kit.runs.decide(me, { ...call, decision: 'approved', scope: 'conversation' })
    await kit.hear(first.runId)
    const { conversationId, answerId } = first
    const second = await kit.send({ conversationId, parentId: answerId, text: 'Again?' })
    expect((await kit.hear(second.runId)).view()).toMatchObject({ endReason: 'done', toolCalls: [{ approval: null }] })
    expect(counted).toEqual([1, 1])
    const bare = await kit.send({
      conversationId,
      parentId: second.answerId,
      text: 'You?',
      settings: { assistant: null },
    })
    expect((await kit.hear(bare.runId)).view()).toMatchObject({ assistant: null })
    const elsewhere = await ask()
    await waitingCall(elsewhere.runId)
    await kit.runs.cancel(me, elsewhere.runId)
  })

  it('are demanded by the operator each time: no yes for the chat, no rule of a person reaches past that', async () => {
    kit.operatorRules.tools.count = 'ask'
    await kit.rules.set(me, 'count', 'allow')
    const first = await ask()
    const call = await waitingCall(first.runId)
    expect(kit.runs.liveView(first.runId)!.toolCalls[0]!.approval).toMatchObject({ scopes: ['once'] })
    const wide = { ...call, decision: 'approved' as const, scope: 'conversation' as const }
    expect(await kit.runs.decide(me, wide)).toEqual({ decision: 'approved', scope: 'once' })
    await kit.hear(first.runId)
    expect((await kit.rules.list(me)).chats).toEqual([])
    const { conversationId } = first
    const again = await ask({ conversationId, parentId: first.answerId })
    await waitingCall(again.runId)
    await kit.runs.cancel(me, again.runId)

    delete kit.operatorRules.tools.count
    expect((await kit.hear((await ask()).runId)).view()).toMatchObject({
      toolCalls: [{ state: 'done', approval: null }],
    })
    kit.operatorRules.effects.write = 'off'
    const without = await ask()
    expect((await kit.hear(without.runId)).view()).toMatchObject({
      toolCalls: [{ failure: { failure: 'unknown-tool' } }],
    })
    expect(counted).toEqual([1, 1])
  })

  it('stay asked for as a person wishes, and a yes for a chat can be taken back', async () => {
    const first = await ask()
    const { conversationId } = first
    const yes = { ...(await waitingCall(first.runId)), decision: 'approved' as const, scope: 'conversation' as const }
    await kit.runs.decide(me, yes)
    await kit.hear(first.runId)
    expect((await kit.rules.list(me)).chats).toMatchObject([
      { conversationId, rule: 'count', title: 'Why is the sky blue?' },
    ])
    expect((await kit.rules.list('somebody')).chats).toEqual([])
    await kit.rules.removeFromChat('somebody', conversationId, 'count')
    const second = await ask({ conversationId, parentId: first.answerId })
    await kit.hear(second.runId)
    await kit.rules.removeFromChat(me, conversationId, 'count')
    const third = await ask({ conversationId, parentId: second.answerId })
    await waitingCall(third.runId)
    await kit.runs.cancel(me, third.runId)
    expect(counted).toEqual([1, 1])

    await kit.rules.set(me, 'count', 'off')
    await expect(kit.rules.set(me, 'nothing', 'off')).rejects.toMatchObject({ code: 'bad-request' })
    expect((await kit.hear((await ask()).runId)).view()).toMatchObject({
      toolCalls: [{ failure: { failure: 'unknown-tool' } }],
    })
    await kit.rules.set(me, 'count', null)
    expect((await kit.rules.list(me)).own).toEqual({})
  })

  it('can not be had by a program: denied, unless the owner lets programs act', async () => {
    const send = () => kit.runs.send(me, question({ settings }), { source: 'api' })
    const denied = await kit.hear((await send()).runId)
    expect(denied.view()).toMatchObject({ endReason: 'done', toolCalls: [{ failure: { failure: 'denied' } }] })
    expect(counted).toEqual([])
    approvals.apiMayAct = true
    expect((await kit.hear((await send()).runId)).view()).toMatchObject({ toolCalls: [{ state: 'done' }] })
    expect(counted).toEqual([1])
  })

  it('are not needed where assistants or tools are switched off: none is called', async () => {
    kit.switches.tools = false
    const without = await ask()
    expect((await kit.hear(without.runId)).view()).toMatchObject({ assistant: { name: 'Tester' }, toolMode: null })
    kit.switches.assistants = false
    const bare = await ask()
    expect((await kit.hear(bare.runId)).view()).toMatchObject({ assistant: null, toolMode: null })
    expect(counted).toEqual([])
    kit.switches.assistants = true
    await expect(ask({ settings: { assistant: 'nobody' } })).rejects.toMatchObject({ code: 'not-found' })
  })
})
