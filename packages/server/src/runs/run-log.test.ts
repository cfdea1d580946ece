import { type Compilable, type Db, findRun, LOCAL_OWNER_ID, updateRun } from '@reynard/db'
import { describeOnEachDialect, openTestDatabase } from '@reynard/db/testing'
import { AppError, emptyRunView, type RunEvent, reduceRunEvents } from '@reynard/protocol'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { gatherMs } from './delta-wheel.ts'
import { planSend } from './plan-runs.ts'
import { createRunLog } from './run-log.ts'
import { followRun, replayRun } from './watch-run.ts'

/** A run whose rows are there, on a clock that the test moves. */
async function setUp(db: Db, commit = db.commit) {
  const clock = createManualClock()
  const problems: string[] = []
  const note = (_fields: Record<string, unknown>, message: string) => void problems.push(message)
  const log = createRunLog({ db: { ...db, commit }, clock, logger: { warn: note, error: note } })
  const input = { key: 'key-of-test', conversationId: null, parentId: null, text: 'Hello?' }
  const attachments = { plan: () => Promise.reject(new Error('This question has no files.')) }
  const host = { db, attachments, assistants: { forRun: async () => null }, models: { check() {} } }
  const plan = await planSend(host, LOCAL_OWNER_ID, input, {}, clock.now())
  await db.commit(plan.statements)
  const run = log.open({ runId: plan.runId, ownerId: LOCAL_OWNER_ID, createdAt: clock.now() })
  log.accept(run)
  const stored = async () => {
    const events: RunEvent[] = []
    const row = (await findRun(db.kysely, LOCAL_OWNER_ID, plan.runId))!
    for await (const item of replayRun(db, { ...row, last_seq: 1_000_000 }, 0, new AbortController().signal)) {
      if (item.kind === 'events') events.push(...item.events)
    }
    return events
  }
  return { clock, log, run, problems, stored }
}

/** Commits that a test lets through one at a time, or makes fail. */
function heldCommits(db: Db) {
  const waiting: ((failure?: AppError) => void)[] = []
  const sizes: number[] = []
  const commit = async (statements: readonly Compilable[]) => {
    sizes.push(statements.length)
    const failure = await new Promise<AppError | undefined>((resolve) => waiting.push(resolve))
    if (failure) throw failure
    await db.commit(statements)
    held.done += 1
  }
  const held = { commit, waiting, sizes, done: 0 }
  return held
}

const texts = (events: RunEvent[]) => events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []))

describeOnEachDialect('createRunLog', (dialect) => {
  let db: Db
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
  })
  afterEach(() => db.close())

  it('publishes the first delta at once, gathers later ones, and publishes at once again after a lull', async () => {
    const { clock, run } = await setUp(db)
    run.delta('text-delta', 'a')
    expect(texts(run.events)).toEqual(['a'])
    run.delta('text-delta', 'b')
    run.delta('text-delta', 'c')
    expect(texts(run.events)).toEqual(['a'])
    clock.advance(2 * gatherMs(1))
    expect(texts(run.events)).toEqual(['a', 'bc'])
    expect(run.events.at(-1)).toMatchObject({ seq: 2, tokens: 2 })
    clock.advance(1_000)
    run.delta('text-delta', 'd')
    expect(texts(run.events)).toEqual(['a', 'bc', 'd'])
  })

  it('shows an event that must not be lost only when it is saved, with what came meanwhile behind it', async () => {
    const held = heldCommits(db)
    const { run, stored } = await setUp(db, held.commit)
    const facts = { wants: 'count', reason: null, writes: [], hosts: [], restorable: false }
    const request = {
      type: 'approval-request' as const,
      callId: 'c',
      facts: { ...facts, preview: { kind: 'text' as const, text: '+ 1' } },
      scopes: ['once' as const],
      expiresAt: 5,
    }
    run.delta('text-delta', 'a')
    const shown = run.appendSaved(request, [])
    const second = run.appendSaved({ ...request, callId: 'd' }, [])
    run.delta('text-delta', 'b')
    run.append({ type: 'tool-output', callId: 'e', text: 'x' })
    expect(run.events.map(({ type }) => type)).toEqual(['text-delta'])
    held.waiting.shift()!()
    expect(await shown).toBe(true)
    expect((await stored()).map(({ type }) => type)).toEqual(['text-delta', 'approval-request'])
    await expect.poll(() => held.waiting.length).toBe(1)
    expect(run.events.map(({ type }) => type)).toEqual(['text-delta', 'approval-request', 'text-delta', 'tool-output'])
    // An end does not wait for it: both are saved together.
    run.end([{ type: 'run-end', reason: 'stopped' }], () => [])
    expect(await second).toBe(true)
    expect(await run.appendSaved(request, [])).toBe(false)
    held.waiting.shift()!()
    await expect.poll(() => held.waiting.length).toBe(1)
    held.waiting.shift()!()
    await run.ended
    expect(await stored()).toEqual(run.events)
    expect(run.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('goes on with a run that an earlier process began, and sends back who saw more than was saved', async () => {
    const { log, run, clock, stored } = await setUp(db)
    run.delta('text-delta', 'a')
    run.append({ type: 'usage' })
    log.saveNow()
    await expect.poll(async () => (await stored()).length).toBe(2)
    const events = await stored()
    const again = createRunLog({ db, clock, logger: { warn: () => {}, error: () => {} } })
    const start = { runId: run.runId, ownerId: run.ownerId, createdAt: 1, saved: { events, certainSeq: 2 } }
    const next = again.open(start)
    next.append({ type: 'tool-output', callId: 'e', text: 'x' })
    next.append({ type: 'tool-output', callId: 'e', text: 'y' })
    const watch = followRun(next, 3, new AbortController().signal)
    expect((await watch.next()).value).toEqual({ kind: 'rollback', seq: 2 })
    expect((await watch.next()).value).toMatchObject({ events: [{ seq: 3 }, { seq: 4 }] })
    again.saveNow()
    await expect.poll(stored).toEqual(next.events)
  })

  it('tells who brings text when it is wanted, and then publishes it as it comes', async () => {
    const { clock, run } = await setUp(db)
    expect(run.pace()).toBeNull()
    run.delta('text-delta', 'a')
    let wanted = false
    void run.pace()?.then(() => {
      wanted = true
      run.delta('text-delta', 'bc', 2)
    })
    await Promise.resolve()
    expect(wanted).toBe(false)
    clock.advance(2 * gatherMs(1))
    await expect.poll(() => texts(run.events)).toEqual(['a', 'bc'])
    expect(run.pace()).not.toBeNull()
    clock.advance(2 * gatherMs(1))
    expect(run.pace()).toBeNull()
    run.delta('text-delta', 'd')
    expect(texts(run.events)).toEqual(['a', 'bc', 'd'])
  })

  it('keeps the order of what is gathered and what is not', async () => {
    const { run } = await setUp(db)
    run.delta('reasoning-delta', 'hm')
    run.delta('reasoning-delta', ', well')
    run.delta('text-delta', 'So')
    run.append({ type: 'usage', completionTokens: 3 })
    expect(run.events.map((event) => event.type)).toEqual(['reasoning-delta', 'reasoning-delta', 'text-delta', 'usage'])
    expect(run.events.map((event) => event.seq)).toEqual([1, 2, 3, 4])
  })

  it('takes what a slow commit takes off the wait before the next one', async () => {
    const held = heldCommits(db)
    const { clock, run } = await setUp(db, held.commit)
    const saveOne = async (waitMs: number, commitMs: number) => {
      run.append({ type: 'usage' })
      clock.advance(waitMs - 1)
      expect(held.waiting).toHaveLength(0)
      clock.advance(1)
      expect(held.waiting).toHaveLength(1)
      clock.advance(commitMs)
      held.waiting.shift()!()
      await expect.poll(() => held.done).toBe(held.sizes.length)
    }
    await saveOne(100, 75)
    await saveOne(100, 90)
    await saveOne(70, 2_000)
    await saveOne(20, 0)
  })

  it('shows an end only when it is saved, and saves every event once', async () => {
    const held = heldCommits(db)
    const { clock, run, stored, log } = await setUp(db, held.commit)
    run.delta('text-delta', 'a')
    clock.advance(200)
    expect(held.waiting).toHaveLength(1)
    run.delta('text-delta', 'b')
    run.end([{ type: 'run-end', reason: 'done' }], () => [])
    expect(run.view()).toMatchObject({ phase: 'streaming', text: 'ab' })
    held.waiting.shift()!()
    await expect.poll(() => held.waiting.length).toBe(1)
    expect(run.closed).toBe(false)
    held.waiting.shift()!()
    await run.ended
    expect(run.view()).toMatchObject({ phase: 'ended', text: 'ab' })
    expect(await stored()).toEqual(run.events)
    expect(log.find(run.runId)).toBeUndefined()
    run.delta('text-delta', 'late')
    expect(run.events).toHaveLength(3)
  })

  it('goes on in memory while the database is slow, and then saves it all as one segment', async () => {
    const held = heldCommits(db)
    const { clock, run, stored } = await setUp(db, held.commit)
    for (let i = 0; i < 100; i += 1) {
      run.delta('text-delta', `${i} `)
      clock.advance(50)
    }
    expect(run.events).toHaveLength(100)
    expect(held.sizes).toEqual([1])
    held.waiting.shift()!()
    await expect.poll(() => held.sizes.length).toBe(2)
    held.waiting.shift()!()
    await expect.poll(async () => (await stored()).length).toBe(100)
    expect(await stored()).toEqual(run.events)
  })

  it('tries again when a commit fails, and loses nothing', async () => {
    const held = heldCommits(db)
    const { clock, run, stored, problems } = await setUp(db, held.commit)
    run.delta('text-delta', 'a')
    clock.advance(200)
    held.waiting.shift()!(new AppError('internal', 'The disk is full.'))
    await expect.poll(() => problems).toEqual(['a run could not be saved; trying again'])
    run.end([{ type: 'run-end', reason: 'done' }], () => [updateRun(db.kysely, run.runId, { end_reason: 'done' })])
    clock.advance(250)
    held.waiting.shift()!(new AppError('internal', 'The disk is still full.'))
    await expect.poll(() => clock.pending()).toBeGreaterThan(0)
    clock.advance(500)
    expect(run.closed).toBe(false)
    held.waiting.shift()!()
    await run.ended
    expect(await stored()).toEqual(run.events)
    expect(await findRun(db.kysely, LOCAL_OWNER_ID, run.runId)).toMatchObject({ end_reason: 'done' })
  })

  it('ends for its watchers even when its conversation is gone', async () => {
    const held = heldCommits(db)
    const { clock, run, problems } = await setUp(db, held.commit)
    run.delta('text-delta', 'a')
    clock.advance(200)
    held.waiting.shift()!(new AppError('not-found', 'No such run.'))
    await expect.poll(() => problems).toEqual(['a run can no longer be saved'])
    run.end([{ type: 'run-end', reason: 'stopped' }], () => [])
    await run.ended
    expect(run.view().endReason).toBe('stopped')
  })

  it('gives every watcher each event once, however often and wherever it is cut off', async () => {
    const { clock, run, stored } = await setUp(db)
    const cuts = 300
    let seed = 7
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed / 2_147_483_648
    }
    let done = 0
    const watch = async () => {
      const heard: RunEvent[] = []
      for (;;) {
        const stop = new AbortController()
        const patience = done < cuts ? 1 + Math.floor(random() * 4) : Number.POSITIVE_INFINITY
        let items = 0
        for await (const item of followRun(run, heard.length, stop.signal)) {
          if (item.kind === 'events') heard.push(...item.events)
          items += 1
          if (items < patience) continue
          done += 1
          if (random() < 0.5) break
          stop.abort()
        }
        if (run.closed && heard.length === run.events.length) return heard
      }
    }
    const watchers = Array.from({ length: 5 }, watch)
    for (let i = 0; done < cuts; i += 1) {
      run.delta(i % 40 < 5 ? 'reasoning-delta' : 'text-delta', `t${i} `)
      clock.advance(Math.floor(random() * 60))
      await Promise.resolve()
    }
    run.end([{ type: 'run-end', reason: 'done' }], () => [])
    const heard = await Promise.all(watchers)
    const saved = await stored()
    expect(saved.map((event) => event.seq)).toEqual(saved.map((_, i) => i + 1))
    for (const each of heard) expect(each).toEqual(saved)
    expect(run.watchers.size).toBe(0)
  })
})

describe('gathering deltas', () => {
  it('never changes the text, the tokens or their order', async () => {
    const db = await openTestDatabase('sqlite')
    const token = fc.record({ reasoning: fc.boolean(), text: fc.string({ minLength: 1 }), waitMs: fc.nat(80) })
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 60 }), async (tokens) => {
        const clock = createManualClock()
        const logger = { warn: () => {}, error: () => {} }
        const run = createRunLog({ db, clock, logger }).open({ runId: 'r', ownerId: 'o', createdAt: 0 })
        for (const { reasoning, text, waitMs } of tokens) {
          run.delta(reasoning ? 'reasoning-delta' : 'text-delta', text)
          clock.advance(waitMs)
        }
        run.flush()
        const view = reduceRunEvents(emptyRunView('r', 0), run.events)
        expect(view.text).toBe(tokens.map((each) => (each.reasoning ? '' : each.text)).join(''))
        expect(view.reasoning).toBe(tokens.map((each) => (each.reasoning ? each.text : '')).join(''))
        expect(view.tokens).toBe(tokens.length)
        expect(run.view()).toEqual(view)
        expect(run.events.map((event) => event.seq)).toEqual(run.events.map((_, i) => i + 1))
        const kinds = (list: boolean[]) => list.filter((each, i) => each !== list[i - 1])
        const heard = run.events.map((event) => event.type === 'reasoning-delta')
        expect(kinds(heard)).toEqual(kinds(tokens.map((each) => each.reasoning)))
      }),
    )
    await db.close()
  })
})
