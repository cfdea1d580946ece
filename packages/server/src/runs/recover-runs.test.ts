import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { insertSegment, LOCAL_OWNER_ID, openDatabase, updateRun } from '@reynard/db'
import { makeTestSite } from '@reynard/db/testing'
import { type SendResult, watchItemSchema } from '@reynard/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { Listener, openRunKit } from '../testing/open-run-kit.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Runs in another process until its watchers have seen `events` of each, then kills it. */
async function runUntilKilled(dataDir: string, runs: number, events: number) {
  const script = fileURLToPath(new URL('../testing/crash-child.ts', import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', script, dataDir, String(runs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const seen = new Map<string, { sent: SendResult; listener: Listener }>()
  for await (const line of createInterface({ input: child.stdout })) {
    // The last line may be cut by the kill.
    if (!line.endsWith('}}')) continue
    const { sent, item } = JSON.parse(line)
    const entry = seen.get(sent.runId) ?? { sent, listener: new Listener() }
    entry.listener.take(watchItemSchema.parse(item))
    seen.set(sent.runId, entry)
    const enough = [...seen.values()].filter(({ listener }) => listener.seq >= events).length
    if (enough === runs && child.exitCode === null && !child.killed) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return [...seen.values()]
}

describe('recoverRuns', () => {
  it('keeps what a killed server had saved, rolls watchers back to it, and lets the person continue', async () => {
    const site = await makeTestSite('sqlite')
    const seen = await runUntilKilled(site.dataDir, 8, 50)
    expect(seen).toHaveLength(8)
    const db = await openDatabase({ dataDir: site.dataDir })
    const kit = await openRunKit({ db })
    expect(await kit.runs.recover()).toBe(8)
    expect(await kit.runs.recover()).toBe(0)

    let rolledBack = 0
    for (const { sent, listener } of seen) {
      const before = listener.view().text
      const whole = (await kit.hear(sent.runId)).view()
      expect(whole).toMatchObject({ phase: 'ended', endReason: 'interrupted' })
      // Nothing is made up: what is saved is the beginning of what was seen.
      expect(before.startsWith(whole.text)).toBe(true)
      expect(whole.text).not.toBe('')
      // It ended with its last saved word, however long nobody was there.
      expect(whole.endedAt).toBe(listener.events.find((event) => event.seq === whole.seq - 1)?.at)
      const ahead = listener.seq > whole.seq - 1
      // Whoever had seen more is rolled back, and then holds what everybody holds.
      for await (const item of kit.watch(sent.runId, listener.seq)) listener.take(item)
      expect(listener.rollbacks).toBe(ahead ? 1 : 0)
      rolledBack += listener.rollbacks
      expect(listener.view().text).toBe(whole.text)
      expect(listener.view().endReason).toBe('interrupted')
      // Who asks once more, at any number, ends up there too.
      for (let after = 0; after <= listener.seq + 3; after += 1) {
        const late = new Listener()
        late.events = [...listener.events, ...listener.events].slice(0, after)
        for await (const item of kit.watch(sent.runId, after)) late.take(item)
        expect(late.events).toEqual(listener.events)
      }
      const conversation = await kit.conversations.byId(LOCAL_OWNER_ID, sent.conversationId)
      expect(conversation).toMatchObject({ activity: 'interrupted' })
      expect(conversation.messages.at(-1)!.text).toBe(whole.text)
    }

    expect(rolledBack).toBeGreaterThan(0)
    const { sent } = seen[0]!
    const goOn = await kit.runs.continue(LOCAL_OWNER_ID, { key: 'continue', messageId: sent.answerId })
    expect((await kit.hear(goOn.runId)).view().endReason).toBe('done')
    const text = (await kit.conversations.byId(LOCAL_OWNER_ID, sent.conversationId)).messages.at(-1)!.text
    expect(text.endsWith('Hello from the script.')).toBe(true)
    expect(text.startsWith('word0 word1 ')).toBe(true)
    await kit.close()
    await site.remove()
  })
  it('ends a run whose log can not be read, so that the server starts and the person can go on', async () => {
    const first = await openRunKit()
    const sent = await first.send()
    await first.hear(sent.runId)
    const open = { state: 'running' as const, view: null, end_reason: null }
    await first.db.commit([
      updateRun(first.db.kysely, sent.runId, open),
      insertSegment(first.db.kysely, { run_id: sent.runId, seq: 1, last_seq: 1, events: '[{"seq":1}]', created_at: 1 }),
    ])
    const kit = await openRunKit({ db: first.db })
    expect(await kit.runs.recover()).toBe(1)
    expect(kit.problems).toEqual([expect.stringContaining('can not be read')])
    const conversation = await kit.conversations.byId(LOCAL_OWNER_ID, sent.conversationId)
    expect(conversation.messages.at(-1)).toMatchObject({
      text: 'Hello from the script.',
      runs: [{ phase: 'ended', endReason: 'interrupted' }],
    })
    await first.close()
  })
})
