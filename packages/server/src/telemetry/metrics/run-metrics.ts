import type { EngineCall } from '@reynard/agent'
import type { RunView, ToolCall } from '@reynard/protocol'
import { boundedNames } from './bounded-names.ts'
import { LONG_SECONDS, TOKEN_SECONDS, TOKENS } from './buckets.ts'
import type { Registry } from './registry.ts'

const mostModels = 50

export type RunMetrics = {
  /** Once for each run, from what it became. */
  runEnded(view: RunView, source: 'ui' | 'api'): void
  engineCalled(call: EngineCall): void
}

/** Counts runs, calls of engines and calls of tools. Names are those of OpenTelemetry's conventions where there are some; no label names a person, a run or a chat. */
export function createRunMetrics(registry: Registry): RunMetrics {
  const model = boundedNames(mostModels)
  const ofCall = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model']
  const runs = registry.counter('reynard_runs_total', 'Answers that ended, by how they ended.', [
    'end_reason',
    'error_type',
    'source',
  ])
  const runSeconds = registry.histogram(
    'gen_ai_invoke_agent_duration_seconds',
    'Answers from acceptance to end, waiting included.',
    ['end_reason'],
    LONG_SECONDS,
  )
  const queueWait = registry.histogram(
    'reynard_run_queue_wait_seconds',
    'How long an answer waited for a model and a slot before it began.',
    [],
    LONG_SECONDS,
  )
  const firstToken = registry.histogram(
    'reynard_run_time_to_first_token_seconds',
    'From the question to the first token of its answer, waiting included.',
    [],
    LONG_SECONDS,
  )
  const callSeconds = registry.histogram(
    'gen_ai_client_operation_duration_seconds',
    'Calls of an engine: answers, titles, summaries, embeddings.',
    [...ofCall, 'error_type'],
    LONG_SECONDS,
  )
  const firstChunk = registry.histogram(
    'gen_ai_client_operation_time_to_first_chunk_seconds',
    'From the call of an engine to the first thing that it says.',
    ofCall,
    LONG_SECONDS,
  )
  const perToken = registry.histogram(
    'gen_ai_server_time_per_output_token_seconds',
    'Time per token after the first one: the mean of a call.',
    ofCall,
    TOKEN_SECONDS,
  )
  const tokens = registry.histogram(
    'gen_ai_client_token_usage',
    'Tokens of a call, as the engine counted them.',
    [...ofCall, 'gen_ai_token_type'],
    TOKENS,
  )
  const toolSeconds = registry.histogram(
    'gen_ai_execute_tool_duration_seconds',
    'Calls of tools that began, from begin to end.',
    ['tool_group', 'outcome'],
    LONG_SECONDS,
  )
  const toolCalls = registry.counter('reynard_tool_calls_total', 'Calls of tools, by group and what came of them.', [
    'tool_group',
    'outcome',
  ])

  function toolCalled({ run, state, failure, startedAt, endedAt }: ToolCall): void {
    // The caller's own tool, which it runs itself; or a name that the model made up.
    const group = run?.group ?? (failure === null ? 'handed_back' : 'none')
    const outcome = failure?.failure ?? (run === null ? 'handed_back' : state)
    toolCalls.add([group, outcome])
    if (startedAt !== null && endedAt !== null) toolSeconds.observe([group, outcome], (endedAt - startedAt) / 1000)
  }

  return {
    runEnded(view, source) {
      const { createdAt, startedAt, firstTokenAt, endedAt, endReason } = view
      const reason = endReason ?? 'unknown'
      runs.add([reason, view.error?.code ?? '', source])
      if (endedAt !== null) runSeconds.observe([reason], (endedAt - createdAt) / 1000)
      if (startedAt !== null) queueWait.observe([], (startedAt - createdAt) / 1000)
      if (firstTokenAt !== null) firstToken.observe([], (firstTokenAt - createdAt) / 1000)
      for (const call of view.toolCalls) toolCalled(call)
    },
    engineCalled({ operation, engine, request, startedAt, firstAt, endedAt, usage, end }) {
      const labels = [operation, engine, model(request.model)]
      callSeconds.observe([...labels, 'failed' in end ? end.failed : ''], (endedAt - startedAt) / 1000)
      if (firstAt !== null) firstChunk.observe(labels, (firstAt - startedAt) / 1000)
      const { promptTokens, completionTokens } = usage
      if (promptTokens !== undefined) tokens.observe([...labels, 'input'], promptTokens)
      if (completionTokens === undefined) return
      tokens.observe([...labels, 'output'], completionTokens)
      if (firstAt !== null && completionTokens > 1) {
        perToken.observe(labels, (endedAt - firstAt) / 1000 / (completionTokens - 1))
      }
    },
  }
}
