import { type AgentMessage, type AnswerStep, answerSteps } from '@reynard/agent'
import { type Db, listPath, listRuns } from '@reynard/db'
import type { RunView, ToolCall } from '@reynard/protocol'
import { viewOfRun } from './saved-run.ts'

/** What the model is given of a conversation. `interrupted`: calls of which nobody knows whether they took effect. */
export type RunPath = { messages: AgentMessage[]; interrupted: readonly Pick<ToolCall, 'name' | 'arguments'>[] }

/** From the first question down to a saved message. Answers without text are left out: a model can't make anything of them. */
export async function loadPath(db: Db, leafId: string | null): Promise<RunPath> {
  if (leafId === null) return { messages: [], interrupted: [] }
  const rows = await listPath(db.kysely, leafId)
  const messages = rows
    .filter((row) => row.role === 'user' || row.text !== '')
    .map(({ id, role, text }) => ({ id, role, text }))
  return { messages, interrupted: [] }
}

/**
 * The same with what tools did on the way: an answer with calls is read as its steps. `reader`: the run that reads, which is left out
 * itself. Two queries, however long the conversation is.
 */
export async function loadPathWithSteps(
  db: Db,
  leafId: string | null,
  reader: { runId: string; conversationId: string },
): Promise<RunPath> {
  if (leafId === null) return { messages: [], interrupted: [] }
  const [path, runs] = await Promise.all([listPath(db.kysely, leafId), listRuns(db.kysely, reader.conversationId)])
  const runsOf = Map.groupBy(runs, ({ message_id }) => message_id)
  const messages: AgentMessage[] = []
  const interrupted: ToolCall[] = []
  for (const { id, role, text } of path) {
    const views: RunView[] = []
    for (const run of runsOf.get(id) ?? []) if (run.id !== reader.runId) views.push(await viewOfRun(db, run))
    const steps = views.flatMap(stepsOf)
    const hasCalls = steps.some(({ calls }) => calls.length > 0)
    interrupted.push(...views.flatMap(({ toolCalls }) => toolCalls.filter(isInterrupted)))
    if (role === 'user' || text !== '' || hasCalls) messages.push({ id, role, text, ...(hasCalls && { steps }) })
  }
  return { messages, interrupted }
}

/** Plain text needs no steps, but stands as one beside a run that has some. */
function stepsOf(view: RunView): AnswerStep[] {
  const steps = answerSteps(view)
  if (steps.length > 0) return steps
  return view.text === '' ? [] : [{ reasoning: '', text: view.text, calls: [] }]
}

function isInterrupted(call: ToolCall): boolean {
  return call.run !== null && call.failure?.failure === 'interrupted'
}
