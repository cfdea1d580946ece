import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import { type FakeScript, startFakeOllama } from '@reynard/fake-ollama'
import { emptyRunView, type RunView, reduceRun, type SendResult } from '@reynard/protocol'
import { startChild } from '../stream/child.ts'
import { makeTempFolder } from '../temp-folder.ts'
import { createProgress } from './progress.ts'
import { problemsOfDatabase } from './saved-database.ts'

const questionsPerRound = 3
/** From the moment that the questions are accepted, and from the moment that a call begins, which takes 60 ms on average. */
const longestLifeMs = 150
const longestCallMs = 90
/** So many kills for one that has to come within a call: on a busy machine many come too late. */
const mostTries = 6
const longestRunMs = 60_000

export type CallKillReport = {
  /** All of them, and those that came within a call. */
  kills: number
  inside: number
  /** Runs that a kill found within a call; that it found waiting, and that went on; that ended as they should. */
  insideRuns: number
  revived: number
  done: number
  wrong: string[]
}

/** Calls `count` with the number in the question, once; then says that it is done. */
const answer: FakeScript = ({ messages, prompt }) => {
  if (messages.at(-1)?.role === 'tool') return 'Done.'
  return { toolCalls: [{ name: 'count', arguments: { amount: Number(/\d+/.exec(prompt)?.[0]) } }] }
}

/**
 * The server is killed with SIGKILL until `kills` of the kills have come while its assistant's tool counts, each question by a number of
 * its own. After each start the runs that waited are answered and go on, and each number has been counted as its run says: once where the call is done, at
 * most once where nobody knows, never where it was not begun. No number is ever counted twice.
 */
export async function killInsideCalls({
  kills,
  random,
}: {
  kills: number
  random: () => number
}): Promise<CallKillReport> {
  const fake = await startFakeOllama({
    answer,
    models: [{ name: 'torture:latest', capabilities: ['completion', 'tools'] }],
  })
  const dataDir = makeTempFolder('reynard-torture-calls-')
  const countFile = join(dataDir, 'counted')
  const report: CallKillReport = { kills: 0, inside: 0, insideRuns: 0, revived: 0, done: 0, wrong: [] }
  const progress = createProgress('kills inside calls', kills)
  const startServer = () =>
    startChild<{ url: string }>(join(import.meta.dirname, 'acting-process.ts'), [countFile], {
      LOG_LEVEL: 'error',
      REYNARD_DATA_DIR: dataDir,
      REYNARD_ENGINE: 'ollama',
      REYNARD_STARTER: 'off',
      OLLAMA_BASE_URL: fake.url,
      REYNARD_MODEL_SLOTS: '3',
    })
  let last: { amount: number; sent: SendResult; wasWaiting: boolean }[] = []

  try {
    for (let round = 0; ; round += 1) {
      const server = await startServer()
      const client = createReynardClient({ baseUrl: server.hello.url })
      for (const problem of problemsOfDatabase(join(dataDir, 'reynard.db')))
        report.wrong.push(`round ${round}: ${problem}`)
      const found = await Promise.all(last.map((question) => check(client, question)))
      if (found.includes('inside')) report.inside += 1
      progress(report.inside)
      if (report.inside >= kills || round >= kills * mostTries) {
        await client.close()
        await server.stop()
        break
      }
      const begun = Promise.withResolvers<void>()
      const asked = await Promise.all(
        Array.from({ length: questionsPerRound }, async (_, i) => {
          const amount = round * questionsPerRound + i + 1
          const sent = await ask(client, amount)
          const question = { amount, sent, wasWaiting: false }
          void followAndApprove(client, sent.runId, ({ phase, toolCalls }) => {
            question.wasWaiting = phase === 'approval'
            if (toolCalls.some(({ state }) => state === 'running')) begun.resolve()
          }).catch(() => {})
          return question
        }),
      )
      // Every third time anywhere: while it asks, waits, or is answered.
      const isAnywhere = round % 3 === 2
      if (!isAnywhere) await begun.promise
      await new Promise((resolve) => setTimeout(resolve, random() * (isAnywhere ? longestLifeMs : longestCallMs)))
      const gone = new Promise((resolve) => server.process.once('exit', resolve))
      server.process.kill('SIGKILL')
      await gone
      await client.close()
      last = asked
      report.kills += 1
    }
    for (const [amount, times] of counted()) if (times > 1) report.wrong.push(`${amount} was counted ${times} times`)
    return report
  } finally {
    await fake.close()
    rmSync(dataDir, { recursive: true, force: true })
  }

  function counted(): Map<number, number> {
    const times = new Map<number, number>()
    if (!existsSync(countFile)) return times
    for (const line of readFileSync(countFile, 'utf8').trim().split('\n')) {
      times.set(Number(line), (times.get(Number(line)) ?? 0) + 1)
    }
    return times
  }

  /** `inside`: the kill came while this run's call took effect. */
  async function check(
    client: ReynardClient,
    { amount, sent, wasWaiting }: (typeof last)[number],
  ): Promise<'inside' | 'elsewhere'> {
    const { endReason, toolCalls, phase } = await followAndApprove(client, sent.runId)
    const times = counted().get(amount) ?? 0
    const call = toolCalls[0]
    const wrong = (what: string) => report.wrong.push(`${sent.runId}: ${what} (${amount} counted ${times} times)`)
    if (endReason === 'done') {
      report.done += 1
      if (wasWaiting) report.revived += 1
      if (call?.state !== 'done' || times !== 1) wrong(`ended as done with a call that is ${call?.state}`)
    } else if (endReason === 'interrupted') {
      if (call?.state === 'done' ? times !== 1 : times > 1) wrong('interrupted')
      if (call?.decision === null && times > 0) wrong('counted without an answer')
      if (call?.failure?.failure === 'interrupted' && call.decision !== null) {
        report.insideRuns += 1
        return 'inside'
      }
    } else wrong(`is ${phase}, ended as ${endReason}`)
    return 'elsewhere'
  }
}

let keys = 0
function ask(client: ReynardClient, amount: number): Promise<SendResult> {
  keys += 1
  const settings = { assistant: 'tester' }
  const key = `torture-${process.pid}-${keys}`
  return client.trpc.chat.send.mutate({ key, conversationId: null, parentId: null, text: `Count ${amount}`, settings })
}

/** Follows a run to its end and says yes to what it asks. */
async function followAndApprove(
  client: ReynardClient,
  runId: string,
  onView: (view: RunView) => void = () => {},
): Promise<RunView> {
  let view = emptyRunView(runId, 0)
  let answered: string | null = null
  for await (const event of client.followRun(runId, { signal: AbortSignal.timeout(longestRunMs) })) {
    if (event.type === 'rollback') throw new Error('rolled back from the beginning')
    view = reduceRun(view, event)
    onView(view)
    const waiting = view.toolCalls.find(({ state }) => state === 'waiting')
    if (waiting === undefined || waiting.callId === answered) continue
    answered = waiting.callId
    // A person takes a moment. The kill may come first: then it is asked again.
    const { callId } = waiting
    setTimeout(() => void client.trpc.chat.decide.mutate({ runId, callId, decision: 'approved' }).catch(() => {}), 50)
  }
  return view
}
