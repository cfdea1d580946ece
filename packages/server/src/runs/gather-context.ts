import type { RecalledFact } from '@reynard/agent'
import type { MemoryService, RunMemory } from '../memory/memory-service.ts'
import { findSummaryOnPath } from '../memory/summary-service.ts'
import type { RunPath } from './load-path.ts'
import type { RunHost } from './run-host.ts'
import type { RunPlan } from './run-plan.ts'

/** What a run knows of its conversation and its owner when its turn comes. */
export type RunContext = {
  path: RunPath
  /** Stands for the beginning of the path; null where none counts. */
  summary: Awaited<ReturnType<typeof findSummaryOnPath>>
  /** Null where memory is off for this run. */
  memory: RunMemory | null
  /** What was recalled for the question, the best first. */
  memories: RecalledFact[]
}

/** Reads it once the question's files are in their places. `windowTokens`: how much the model takes, which bounds what is recalled. */
export async function gatherContext(
  host: Pick<RunHost, 'db' | 'settings' | 'memory'>,
  plan: RunPlan,
  windowTokens: number,
): Promise<RunContext> {
  await plan.files?.settled
  const [path, memory] = await Promise.all([plan.loadPath(), memoryOf(host.memory, plan)])
  const question = path.messages.findLast(({ role }) => role === 'user')?.text ?? ''
  const [summary, memories] = await Promise.all([
    host.settings.read().contextAwareness ? findSummaryOnPath(host.db, plan.conversationId, path.messages) : null,
    memory?.recall(question, windowTokens) ?? [],
  ])
  return { path, summary, memory, memories }
}

function memoryOf(memory: Pick<MemoryService, 'forRun'>, plan: RunPlan): Promise<RunMemory | null> {
  const { request, conversationSettings } = plan
  return memory.forRun({ ...plan, off: (request.settings.memory ?? conversationSettings.memory) === false })
}
