import { existsSync, globSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createReynardClient, errorInfoOf, type ReynardClient } from '@reynard/client'
import { emptyRunView, type RunView, reduceRun } from '@reynard/protocol'
import { startChild } from '../stream/child.ts'
import { makeTempFolder } from '../temp-folder.ts'
import { startGarbageModel } from './garbage-model.ts'
import { invitingPrompt } from './inviting-prompts.ts'
import { createProgress } from './progress.ts'

const atOnce = 2
/** A small one, which is read in less time and narrows the tools. Tokens. */
const window = 2_048
/** Generous: what is looked for is an end, not speed. */
const longestRunMs = 600_000
const steps = 4

/** What an assistant of the fuzz has: few tools and few words, since a tiny model reads slowly. */
const toolSets = [
  ['read_file', 'write_file'],
  ['list_files', 'edit_file'],
  ['move_file', 'delete_file'],
  ['run_javascript', 'run_python'],
  ['search_files', 'search_chats'],
  ['search_web', 'fetch_page'],
  ['describe_data', 'query_data'],
  ['draw_chart', 'read_document'],
  ['git_status', 'git_commit'],
  ['outline', 'run_tests'],
  ['lint_code', 'remember'],
]

/** `tokens`: for each step of an answer, of which there are four at most. */
export type FuzzOptions = {
  prompts: number
  tokens: number
  random: () => number
  /** A GGUF for the embedded engine; null: a scripted engine that says anything. */
  file: string | null
}

export type FuzzReport = {
  /** Who answered: the file of a real model, or what stood in for it. */
  model: string
  runs: number
  calls: number
  /** Calls by how they ended, runs by how they did. */
  endings: Map<string, number>
  wrong: string[]
}

/**
 * A model for the embedded engine: `--model=FILE`, else what the tests of packages/engine have fetched (in CI they ran before this, and
 * fail where it can't be had), else what the product has; null: there is none.
 */
export function findFuzzModel(): string | null {
  const named = process.argv.find((argument) => argument.startsWith('--model='))?.slice('--model='.length)
  if (named !== undefined && !existsSync(named)) throw new Error(`There is no file ${named}.`)
  if (named !== undefined) return named
  const tests = process.env.REYNARD_TEST_MODELS ?? join(tmpdir(), 'reynard-models')
  const own = process.env.REYNARD_MODELS_DIR ?? join(import.meta.dirname, '..', '..', 'data', 'models')
  return [tests, own].flatMap((folder) => globSync(join(folder, '*.gguf')))[0] ?? null
}

/**
 * `prompts` questions that invite the use of tools, through the whole product, to the tiny real model as it is: a fuzzer of all that
 * stands behind it. A scripted one says anything, and calls more than a tiny model does. What asks for a yes gets one or none by chance, the network none.
 * Every run must come to an end that has a name, no call may be answered by a fault of the server, and no slot may be lost.
 */
export async function fuzzTools({ prompts, tokens, random, file }: FuzzOptions): Promise<FuzzReport> {
  const pick = <Item>(from: readonly Item[]): Item => from[Math.floor(random() * from.length)]!
  const dataDir = makeTempFolder('reynard-torture-fuzz-')
  const modelsDir = makeTempFolder('reynard-torture-models-')
  const garbage = file === null ? await startGarbageModel(pick) : null
  if (file !== null) symlinkSync(file, join(modelsDir, basename(file)))
  const report: FuzzReport = {
    model: file === null ? 'a scripted engine that says anything' : basename(file),
    runs: 0,
    calls: 0,
    endings: new Map(),
    wrong: [],
  }
  const server = await startChild<{ url: string }>(join(import.meta.dirname, '..', 'stream', 'server-process.ts'), [], {
    REYNARD_TURN_STEPS: String(steps),
    OLLAMA_MAX_TOKENS: String(tokens),
    LOG_LEVEL: 'fatal',
    REYNARD_DATA_DIR: dataDir,
    REYNARD_MODELS_DIR: modelsDir,
    REYNARD_STARTER: 'off',
    REYNARD_GPU: 'off',
    REYNARD_MODEL_SLOTS: String(atOnce),
    REYNARD_SEARCH: 'wikipedia',
    ...(garbage === null
      ? { REYNARD_ENGINE: 'embedded', OLLAMA_ENABLED: 'false' }
      : { REYNARD_ENGINE: 'ollama', OLLAMA_BASE_URL: garbage.url }),
  })
  const { url } = server.hello
  const client = createReynardClient({ baseUrl: url })
  const models = garbage === null ? [null] : ['garbage-with-tools:latest', 'garbage:latest']
  const progress = createProgress('fuzzed questions', prompts)
  try {
    await client.trpc.admin.updateSettings.mutate({ titles: false })
    await until(async () => (await client.trpc.chat.status.query()).defaultModel !== null)
    const { defaultModel } = await client.trpc.chat.status.query()
    if (defaultModel !== null && garbage === null) {
      const settings = { model: defaultModel, contextTokens: window, slots: atOnce, keepAlive: null }
      await client.trpc.admin.updateModelSettings.mutate(settings)
    }
    const assistants = await Promise.all(toolSets.map((tools, index) => makeAssistant(client, index, tools)))
    let left = prompts
    const work = async () => {
      while (left-- > 0) {
        const question = { text: invitingPrompt(pick), assistant: pick(assistants), model: pick(models) }
        const problem = pick([false, false, true])
          ? await askByRest(url, question, report)
          : await askAndDecide(client, question, report, pick)
        if (problem !== null) report.wrong.push(`${JSON.stringify(question).slice(0, 300)}: ${problem}`)
        progress(++report.runs)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    const { slots } = await client.trpc.chat.status.query()
    if (slots.free !== slots.total || slots.queued !== 0) report.wrong.push(`slots were lost: ${JSON.stringify(slots)}`)
    if (server.process.exitCode !== null) report.wrong.push('the server ended')
  } catch (error) {
    report.wrong.push(`the fuzz itself: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await client.close()
    await server.stop()
    await garbage?.close()
    for (const folder of [dataDir, modelsDir]) rmSync(folder, { recursive: true, force: true })
  }
  return report
}

async function makeAssistant(client: ReynardClient, index: number, tools: readonly string[]): Promise<string> {
  const definition = {
    name: `Fuzz ${index}`,
    letter: 'F',
    instructions: 'Use the tools.',
    tools: Object.fromEntries(tools.map((tool) => [tool, 'default' as const])),
  }
  return (await client.trpc.assistant.create.mutate(definition)).id
}

type Question = { text: string; assistant: string; model: string | null }

/** As a page does it. Null where all went as it should. */
async function askAndDecide(
  client: ReynardClient,
  { text, assistant, model }: Question,
  report: FuzzReport,
  pick: <Item>(from: readonly Item[]) => Item,
): Promise<string | null> {
  try {
    const settings = { assistant }
    const key = crypto.randomUUID()
    const request = { key, conversationId: null, parentId: null, text, settings, ...(model !== null && { model }) }
    const { runId } = await client.trpc.chat.send.mutate(request)
    const cancels = pick([false, false, false, false, true])
    const deadline = AbortSignal.timeout(longestRunMs)
    let view = emptyRunView(runId, 0)
    for await (const event of client.followRun(runId, { signal: deadline })) {
      if (event.type === 'rollback') continue
      view = reduceRun(view, event)
      if (event.type === 'tool-start' && cancels) await client.trpc.chat.cancel.mutate({ runId })
      if (event.type !== 'approval-request') continue
      const isAway = view.toolCalls.find(({ callId }) => callId === event.callId)?.run?.effect === 'network'
      const decision = isAway ? 'denied' : pick(['approved', 'denied'] as const)
      const scope = pick(['once', 'conversation'] as const)
      // What was stopped meanwhile has nothing to decide any more.
      await client.trpc.chat.decide.mutate({ runId, callId: event.callId, decision, scope }).catch((error: unknown) => {
        if (statusOf(error) >= 500) throw error
      })
    }
    return judge(view, report)
  } catch (error) {
    return `${statusOf(error)} ${error instanceof Error ? error.message : String(error)}`
  }
}

function statusOf(error: unknown): number {
  const info = errorInfoOf(error)
  return info === null || info.code === 'internal' ? 500 : 400
}

/** As another program does it. A run that failed by the engine is a 5xx of this door: the model is here, so none may. */
async function askByRest(
  url: string,
  { text, assistant, model }: Question,
  report: FuzzReport,
): Promise<string | null> {
  const asked = fetch(`${url}/api/ollama/assistant`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: text, message: text, assistant_type: assistant, ...(model !== null && { model }) }),
    signal: AbortSignal.timeout(longestRunMs),
  })
  const answer = await asked.catch(() => null)
  if (answer === null) return 'REST gave no answer'
  const body = await answer.text()
  count(report, `REST ${answer.status}`)
  return answer.status === 200 ? null : `REST answered ${answer.status}: ${body.slice(0, 300)}`
}

function judge(view: RunView, report: FuzzReport): string | null {
  const { phase, endReason, error, toolCalls } = view
  report.calls += toolCalls.length
  for (const { state, failure } of toolCalls) count(report, `call ${failure?.failure ?? state}`)
  if (phase !== 'ended' || endReason === null) return `did not come to an end: ${phase}`
  count(report, `run ${endReason}${error === null ? '' : ` (${error.code})`}`)
  if (error?.code === 'internal') return `ended by a fault of the server: ${error.message}`
  const open = toolCalls.find(({ state }) => state !== 'done' && state !== 'failed')
  return open === undefined ? null : `ended with a call that is ${open.state}`
}

function count({ endings }: FuzzReport, name: string): void {
  endings.set(name, (endings.get(name) ?? 0) + 1)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('No model came up within a minute.')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
