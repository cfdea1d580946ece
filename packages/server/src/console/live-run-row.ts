import type { ConsoleRun, RunEvent, RunView } from '@reynard/protocol'
import type { LiveRunState } from '../runs/run-service.ts'

const stepMs = 2_000
const steps = 15
const speedMs = 10_000

/** Tokens of a log's newest events, by steps of two seconds that end `now`, oldest first. Reads no further back than it has to. */
function recentTokens(events: readonly RunEvent[], now: number, stepCount = steps): number[] {
  const tokens = Array.from({ length: stepCount }, () => 0)
  for (let i = events.length - 1; i >= 0; i -= 1) {
    const event = events[i]!
    const step = stepCount - 1 - Math.floor(Math.max(0, now - event.at) / stepMs)
    if (step < 0) break
    if (event.type === 'text-delta' || event.type === 'reasoning-delta') tokens[step]! += event.tokens
  }
  return tokens
}

/** Tokens per second over the last ten seconds, or since the first word where that is less long ago. */
export function speedNow(events: readonly RunEvent[], view: RunView, now: number): number | null {
  if (view.firstTokenAt === null) return null
  const tokens = recentTokens(events, now, speedMs / stepMs).reduce((sum, each) => sum + each, 0)
  return (tokens * 1_000) / Math.max(1_000, Math.min(speedMs, now - view.firstTokenAt))
}

const rounded = (value: number) => Math.round(value * 10) / 10

/** A run that lives, as the console shows it. `title`: of its owner's own chat, where its owner looks. */
export function liveRunRow(
  { plan, view, events }: LiveRunState,
  facts: { isOwn: boolean; userName: string; title: string | null },
  now: number,
): ConsoleRun {
  const speed = view.phase === 'ended' ? null : speedNow(events, view, now)
  const call = view.toolCalls.find(({ state }) => state === 'waiting' || state === 'running')
  return {
    runId: plan.runId,
    isOwn: facts.isOwn,
    user: { id: plan.ownerId, name: facts.userName },
    source: plan.source,
    conversationId: facts.isOwn ? plan.conversationId : null,
    title: facts.isOwn ? facts.title : null,
    assistant: view.assistant ?? (plan.assistant && { id: plan.assistant.id, name: plan.assistant.name }),
    engine: view.engine,
    model: view.model ?? plan.request.model,
    phase: view.phase,
    position: view.phase === 'queued' ? (view.queue?.position ?? null) : null,
    tool: view.phase === 'acting' || view.phase === 'approval' ? (call?.name ?? null) : null,
    endReason: view.endReason,
    errorCode: view.error?.code ?? null,
    tokens: view.usage?.completionTokens ?? view.tokens,
    promptTokens: view.usage?.promptTokens ?? view.context?.used ?? null,
    tokensPerSecond: speed === null ? null : rounded(speed),
    recent:
      view.firstTokenAt === null || view.phase === 'ended'
        ? []
        : recentTokens(events, now).map((tokens) => rounded((tokens * 1_000) / stepMs)),
    createdAt: view.createdAt,
    startedAt: view.startedAt,
    firstTokenAt: view.firstTokenAt,
    endedAt: view.endedAt,
  }
}
