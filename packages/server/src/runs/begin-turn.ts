import type { AgentMessage, TurnRequest } from '@reynard/agent'
import { updateRun } from '@reynard/db'
import type { RunParameters } from '@reynard/protocol'
import type { RunAssistant } from '../assistants/assistant-service.ts'
import type { RunContext } from './gather-context.ts'
import type { LiveRun } from './live-run.ts'
import type { EngineTarget } from './ports.ts'
import type { RunHost } from './run-host.ts'
import { chooseParameters, type RunPlan, withContextData } from './run-plan.ts'

type Host = Pick<RunHost, 'db' | 'settings' | 'estimator' | 'clock' | 'attachments'>

type Options = {
  plan: RunPlan
  live: LiveRun
  target: EngineTarget
  context: RunContext
  /** Ends the reading of files. */
  signal: AbortSignal
}

/**
 * Says in the run's log who answers, how, and what was recalled; then puts together what the model is given. `assistant`: the plan's, with
 * no more tools than this run has a use for.
 * @throws what reading the question's files throws
 */
export async function beginTurn(
  host: Host,
  options: Options,
): Promise<{ request: TurnRequest; assistant: RunAssistant | null }> {
  const { plan, target, context } = options
  const { parameters, system, budgetTokens, think } = chooseParameters(
    plan.request.settings,
    plan.conversationSettings,
    plan.assistant,
    host.settings.read(),
    target,
  )
  const assistant = context.memory === null ? withoutMemory(plan.assistant) : plan.assistant
  const toolMode = target.capabilities.includes('tools') ? 'native' : 'constrained'
  announce(host, options, { assistant, parameters, toolMode })
  const { tools } = plan.request
  const messages = await withFiles(host, options, { assistant, budgetTokens })
  const request: TurnRequest = {
    model: target.model,
    system,
    messages: withContextData(messages, plan.request.contextData),
    mode: plan.kind === 'continue' && messages.at(-1)?.role === 'assistant' ? 'continue' : 'answer',
    parameters,
    windowTokens: target.contextTokens,
    budgetTokens,
    conversationId: plan.conversationId,
    // Also where no tool is given: earlier answers may hold calls, and not every model can read those in its own format.
    toolMode,
    ...(tools !== undefined && { tools }),
    ...(context.summary !== null && { summary: context.summary }),
    ...(context.memories.length > 0 && { memories: context.memories }),
    ...(target.keepAlive !== null && { keepAlive: target.keepAlive }),
    ...(think !== undefined && { think }),
  }
  return { request, assistant }
}

function announce(
  { db, clock }: Host,
  { plan, live, target, context: { memories } }: Options,
  told: { assistant: RunAssistant | null; parameters: RunParameters; toolMode: TurnRequest['toolMode'] },
): void {
  const { kind } = target.engine
  const { assistant, parameters, toolMode } = told
  // A run that is taken up again has begun long ago.
  if (plan.resume?.model !== target.model || plan.resume.engine !== kind) {
    live.append({
      type: 'run-start',
      engine: kind,
      model: target.model,
      ...(target.requestedModel !== null && { requestedModel: target.requestedModel }),
      parameters,
      ...(assistant !== null && { assistant: { id: assistant.id, name: assistant.name } }),
      ...(assistant !== null && assistant.tools.length > 0 && { toolMode }),
    })
  }
  if (memories.length > 0) {
    live.append({
      type: 'memories-recalled',
      memories: memories.map(({ createdAt: _createdAt, ...memory }) => memory),
    })
  }
  live.saveWith(
    updateRun(db.kysely, plan.runId, {
      state: 'running',
      engine: kind,
      model: target.model,
      started_at: clock.now(),
    }),
  )
}

/** The path with what the model is given of the files that came with questions. */
async function withFiles(
  { attachments, estimator }: Host,
  { plan, target: { model, contextTokens, capabilities }, context, signal }: Options,
  { assistant, budgetTokens }: { assistant: RunAssistant | null; budgetTokens: number | null },
): Promise<AgentMessage[]> {
  if (plan.isFirst && plan.files === undefined) return context.path.messages
  return await attachments.read(plan, context.path.messages, {
    model,
    estimator,
    windowTokens: Math.min(contextTokens, budgetTokens ?? contextTokens),
    vision: capabilities.includes('vision'),
    tools: new Set(assistant?.tools.map(({ name }) => name)),
    signal,
  })
}

/** Where memory is off, nothing is proposed to be remembered. */
function withoutMemory(assistant: RunAssistant | null): RunAssistant | null {
  return assistant && { ...assistant, tools: assistant.tools.filter(({ group }) => group !== 'memory') }
}
