import { join } from 'node:path'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import { type AskedQuestion, askAndWatch, sendAgain, textOf } from './asked-question.ts'
import { createProgress } from './progress.ts'
import { problemsOfDatabase } from './saved-database.ts'
import type { Stack } from './start-stack.ts'

const questionsPerRound = 3
const longestLifeMs = 1_500
/** Every fourth time the kill comes while the questions are on their way. */
const shortestLifeMs = 60
const longestRunMs = 120_000
const continuedAtOnce = 20

export type KillReport = {
  kills: number
  /** Questions whose acceptance the client had heard of; and those where the kill came first. */
  accepted: number
  unheard: number
  interrupted: number
  continued: number
  /** The most of an answer, in milliseconds before its server's death, that was seen and not saved. */
  mostMissingMs: number
  wrong: string[]
}

/**
 * The server is killed with SIGKILL `kills` times at random moments of live runs and started again on the same data. After each start:
 * the file is sound, no run of the dead server is open, every accepted question is there as it was asked and what is saved of its
 * answer is what its watcher saw; the same key again gives the same ids, and asks what never arrived. In the end every interrupted
 * answer is continued, as a person would.
 */
export async function killServer(
  stack: Stack,
  { kills, random }: { kills: number; random: () => number },
): Promise<KillReport> {
  const report = { kills: 0, accepted: 0, unheard: 0, interrupted: 0, continued: 0, mostMissingMs: 0 }
  const wrong: string[] = []
  const interruptedAnswers: { answerId: string; text: string }[] = []
  const all: AskedQuestion[] = []
  const progress = createProgress('kill -9', kills)
  let last: { asked: AskedQuestion[]; killedAt: number } | null = null

  for (let round = 0; round <= kills; round++) {
    const server = await stack.startServer()
    const client = createReynardClient({ baseUrl: server.hello.url })
    for (const problem of problemsOfDatabase(join(stack.dataDir, 'reynard.db')))
      wrong.push(`round ${round}: ${problem}`)
    for (const question of last?.asked ?? []) await check(client, question, last?.killedAt ?? 0)
    if (round === kills) {
      await continueAll(client)
      for (const question of all) await checkOnce(client, question)
      await client.close()
      await server.stop()
      break
    }
    const asked = Array.from({ length: questionsPerRound }, (_, index) => ({
      key: crypto.randomUUID(),
      text: `Question ${round}.${index} [[tokens:${20 + Math.floor(random() * 200)}]]`,
      accepted: null,
      seen: [],
    }))
    const watching = Promise.all(asked.map((question) => askAndWatch(client, question)))
    await new Promise((resolve) => setTimeout(resolve, random() * (round % 4 === 3 ? shortestLifeMs : longestLifeMs)))
    const gone = new Promise((resolve) => server.process.once('exit', resolve))
    const killedAt = Date.now()
    server.process.kill('SIGKILL')
    await gone
    await client.close()
    await watching
    report.kills++
    last = { asked, killedAt }
    all.push(...asked)
    progress(report.kills)
  }
  return { ...report, wrong }

  async function check(client: ReynardClient, question: AskedQuestion, killedAt: number): Promise<void> {
    const { accepted, seen } = question
    // The page would do this by itself: it does not know whether the question arrived.
    const again = await sendAgain(client, question)
    if (!accepted) {
      report.unheard++
      question.accepted = again
      return
    }
    report.accepted++
    if (again.runId !== accepted.runId || again.answerId !== accepted.answerId)
      wrong.push(`${accepted.runId}: the same key asked again`)
    const found = await find(client, question)
    if (!found) return
    if (found.endReason === null) wrong.push(`${accepted.runId}: still ${found.phase} after the restart`)
    const seenText = textOf(seen)
    const agree = seenText.startsWith(found.text) || found.text.startsWith(seenText)
    if (!agree) wrong.push(`${accepted.runId}: saved something else than was seen`)
    if (found.endReason !== 'interrupted') return
    report.interrupted++
    interruptedAnswers.push({ answerId: accepted.answerId, text: found.text })
    // The last number of an interrupted run is its end, which was made up at the restart.
    const missing = seen.find(({ seq }) => seq >= found.seq)
    if (missing) report.mostMissingMs = Math.max(report.mostMissingMs, killedAt - missing.at)
  }

  async function find(client: ReynardClient, { accepted, text }: AskedQuestion) {
    if (!accepted) return undefined
    const conversation = await client.trpc.chat.byId.query({ id: accepted.conversationId }).catch(() => null)
    const asked = conversation?.messages.find(({ id }) => id === accepted.userMessageId)
    if (asked?.text !== text) wrong.push(`${accepted.runId}: the question is ${asked ? 'different' : 'lost'}`)
    const runs = conversation?.messages.flatMap((message) => message.runs) ?? []
    const run = runs.find(({ runId }) => runId === accepted.runId)
    if (!run) wrong.push(`${accepted.runId}: the run is lost`)
    return run
  }

  /** What was accepted rounds ago is still there, and once. */
  async function checkOnce(client: ReynardClient, question: AskedQuestion): Promise<void> {
    if (!question.accepted) return
    await untilEnd(client, question.accepted.runId)
    const run = await find(client, question)
    if (run?.endReason === null) wrong.push(`${run.runId}: ${run.phase} for ever`)
    const { messages } = await client.trpc.chat.byId.query({ id: question.accepted.conversationId })
    if (messages.length !== 2) wrong.push(`${question.accepted.runId}: ${messages.length} messages instead of two`)
  }

  async function continueAll(client: ReynardClient): Promise<void> {
    const tell = createProgress('continued', interruptedAnswers.length)
    for (let at = 0; at < interruptedAnswers.length; at += continuedAtOnce) {
      await Promise.all(interruptedAnswers.slice(at, at + continuedAtOnce).map((answer) => goOn(client, answer)))
      tell(report.continued)
    }
  }

  async function goOn(client: ReynardClient, { answerId, text }: { answerId: string; text: string }): Promise<void> {
    const { runId, conversationId } = await client.trpc.chat.continue.mutate({
      key: crypto.randomUUID(),
      messageId: answerId,
    })
    await untilEnd(client, runId)
    const { messages } = await client.trpc.chat.byId.query({ id: conversationId })
    const answer = messages.find(({ id }) => id === answerId)
    const end = answer?.runs.find((run) => run.runId === runId)?.endReason
    if (end !== 'done') wrong.push(`${runId}: Continue ended as ${end}`)
    else if (!answer?.text.startsWith(text)) wrong.push(`${runId}: Continue lost what was there`)
    else report.continued++
  }
}

async function untilEnd(client: ReynardClient, runId: string): Promise<void> {
  for await (const _ of client.followRun(runId, { signal: AbortSignal.timeout(longestRunMs) }));
}
