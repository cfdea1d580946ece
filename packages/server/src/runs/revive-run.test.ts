import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { LOCAL_OWNER_ID as me, openDatabase } from '@reynard/db'
import { makeTestSite, type TestDatabaseSite } from '@reynard/db/testing'
import { createScriptedEngine, type Script } from '@reynard/engine/testing'
import { type SendResult, watchItemSchema } from '@reynard/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { Listener, openRunKit, type RunKit, targetFor } from '../testing/open-run-kit.ts'
import { countingScript, createTestKit } from '../testing/test-kit.ts'
import type { Clock } from './ports.ts'

let site: TestDatabaseSite
const children: ChildProcess[] = []
const kits: RunKit[] = []
beforeEach(async () => {
  site = await makeTestSite('sqlite')
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const kit of kits.splice(0)) await kit.close()
  await site.remove()
})

/** Asks in another process, and kills it at the first line that says `word`. */
async function askUntilKilled(mode: 'waiting' | 'calling', word: string) {
  const script = fileURLToPath(new URL('../testing/crash-assistant-child.ts', import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', script, site.dataDir, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const listener = new Listener()
  let sent: SendResult | null = null
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes(word)) child.kill('SIGKILL')
    if (line.startsWith('{"kind"')) listener.take(watchItemSchema.parse(JSON.parse(line)))
    else if (line.startsWith('{')) sent = JSON.parse(line)
  }
  return { sent: sent!, listener }
}

/** The next process on the same data. */
async function start(options: { script?: Script; clock?: Clock } = {}): Promise<RunKit> {
  const engine = createScriptedEngine({ script: options.script ?? countingScript })
  const target = targetFor(engine, { capabilities: ['completion', 'tools'], slots: 1 })
  const kit = await openRunKit({
    ...options,
    db: await openDatabase({ dataDir: site.dataDir }),
    dataDir: site.dataDir,
    engine,
    selection: { state: 'ready', target },
    kit: createTestKit({ countFile: join(site.dataDir, 'counted') }).kit,
  })
  kits.push(kit)
  return kit
}

const counted = () => {
  const file = join(site.dataDir, 'counted')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0
}
const callIn = (kit: RunKit, runId: string) => ({
  runId,
  callId: kit.runs.liveView(runId)!.toolCalls.at(-1)!.callId,
  scope: 'once' as const,
})

describe('a run that waits for a person', () => {
  it('survives a kill: the same run goes on at the next number, and the effect happens once', async () => {
    const { sent, listener } = await askUntilKilled('waiting', 'approval-request')
    const kit = await start()
    expect(await kit.runs.recover()).toBe(0)
    expect(kit.runs.liveView(sent.runId)).toMatchObject({ phase: 'approval', text: 'I count. ' })
    expect(await kit.conversations.byId(me, sent.conversationId)).toMatchObject({ activity: 'approval' })
    // It waits without a slot, however long.
    expect(kit.admission.snapshot(null)).toMatchObject({ queued: 0, free: 4 })

    const watch = kit.watch(sent.runId, listener.seq)
    const rest = (async () => {
      for await (const item of watch) listener.take(item)
    })()
    await kit.runs.decide(me, { ...callIn(kit, sent.runId), decision: 'approved' })
    await rest
    expect(listener.rollbacks).toBe(0)
    expect(listener.view()).toMatchObject({ endReason: 'done', text: 'I count. \n\nIt said: Now 1.' })
    expect(listener.events.filter(({ type }) => type === 'run-start')).toHaveLength(1)
    expect(counted()).toBe(1)
    const whole = await kit.hear(sent.runId)
    expect(whole.events).toEqual(listener.events)
    expect(kit.problems).toEqual([])
  })

  it('survives a stop in order, and any number of them', async () => {
    const first = await start()
    const sent = await first.send({ settings: { assistant: 'tester' } })
    await expect.poll(() => first.runs.liveView(sent.runId)?.phase).toBe('approval')
    const call = callIn(first, sent.runId)
    for (let i = 0; i < 2; i += 1) {
      const closed = kits.pop()!
      await closed.close()
      await expect(closed.runs.decide(me, { ...call, decision: 'approved' })).rejects.toMatchObject({
        code: 'shutting-down',
      })
      const kit = await start()
      expect(await kit.runs.recover()).toBe(0)
      expect(kit.runs.liveView(sent.runId)).toMatchObject({ phase: 'approval' })
    }
    const kit = kits[0]!
    await kit.runs.decide(me, { ...callIn(kit, sent.runId), decision: 'denied', note: 'No.' })
    expect((await kit.hear(sent.runId)).view()).toMatchObject({ endReason: 'done', toolCalls: [{ state: 'failed' }] })
    expect(counted()).toBe(0)
    expect(kit.problems).toEqual([])
  })

  it('does not go on where the ledger knows more than the log: the effect was there, its result is lost', async () => {
    const { sent } = await askUntilKilled('waiting', 'approval-request')
    const db = await openDatabase({ dataDir: site.dataDir })
    await db.kysely.updateTable('tool_calls').set({ state: 'done' }).execute()
    await db.close()
    const kit = await start()
    expect(await kit.runs.recover()).toBe(1)
    expect((await kit.hear(sent.runId)).view()).toMatchObject({
      endReason: 'interrupted',
      toolCalls: [{ failure: { failure: 'interrupted', message: expect.stringContaining('took effect') } }],
    })
    expect(counted()).toBe(0)
  })

  it('can be stopped after a restart', async () => {
    const { sent } = await askUntilKilled('waiting', 'approval-request')
    const kit = await start()
    await kit.runs.recover()
    await kit.runs.cancel(me, sent.runId)
    expect((await kit.hear(sent.runId)).view()).toMatchObject({ endReason: 'stopped' })
    expect(kit.engine.chats).toHaveLength(0)
    expect(kit.admission.snapshot(null)).toMatchObject({ queued: 0, free: 4 })
  })

  it('is denied at the next start when its time ran out meanwhile', async () => {
    const { sent } = await askUntilKilled('waiting', 'approval-request')
    const later = createManualClock(Date.now() + 3_600_000)
    const kit = await start({ clock: { ...later, after: (ms, run) => later.after(ms, run) } })
    await kit.runs.recover()
    const heard = kit.hear(sent.runId)
    const ticking = setInterval(() => later.advance(50), 1)
    const { toolCalls, endReason } = (await heard).view()
    clearInterval(ticking)
    expect(endReason).toBe('done')
    expect(toolCalls).toMatchObject([{ failure: { failure: 'expired' } }])
    expect(counted()).toBe(0)
  })
})

describe('a call that was under way when the server was killed', () => {
  it('is never made again by itself: it says so, and the same call asks whatever the rules', async () => {
    const { sent } = await askUntilKilled('calling', 'counted')
    expect(counted()).toBe(1)
    const again: Script = ({ messages }) => {
      const last = messages.at(-1)
      const isKnown = last?.role === 'tool' && last.content.includes('not known')
      if (last?.role === 'tool' && !isKnown) return ['As you like.']
      return [{ type: 'tool-call', call: { callId: 'x', name: 'count', arguments: { amount: 1 } } }]
    }
    const kit = await start({ script: again })
    expect(await kit.runs.recover()).toBe(1)
    const { toolCalls, endReason } = (await kit.hear(sent.runId)).view()
    expect(endReason).toBe('interrupted')
    expect(toolCalls).toMatchObject([{ state: 'failed', failure: { failure: 'interrupted' } }])

    const goOn = await kit.runs.continue(me, { key: 'continue', messageId: sent.answerId })
    await expect.poll(() => kit.runs.liveView(goOn.runId)?.phase).toBe('approval')
    await kit.runs.decide(me, { ...callIn(kit, goOn.runId), decision: 'denied' })
    expect((await kit.hear(goOn.runId)).view()).toMatchObject({ endReason: 'done', text: 'As you like.' })
    expect(counted()).toBe(1)
  })
})
