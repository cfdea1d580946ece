import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { EngineCall } from '@reynard/agent'
import type { RunView, ToolCall } from '@reynard/protocol'
import type { RunTelemetry } from '../telemetry.ts'

type Options = {
  /** Whether answers and what tools were given and gave go along, as the log of the run has them. */
  content: boolean
}

/** Of a text that goes along, in characters. */
const mostContent = 16_000

/**
 * A span for each run, and below it one for each call of the engine and of a tool. Names and attributes are those of OpenTelemetry's
 * conventions for generative AI (in development there, as of version 1.41), and `reynard.*` where they have none. Spans are made when
 * something has ended, out of the times that the run keeps anyway.
 */
export function createRunSpans(tracer: Tracer, { content }: Options): RunTelemetry {
  return {
    begin({ runId, conversationId, source }) {
      const span = tracer.startSpan('invoke_agent', {
        kind: SpanKind.INTERNAL,
        root: true,
        attributes: {
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.conversation.id': conversationId,
          'reynard.run.id': runId,
          'reynard.run.source': source,
        },
      })
      const context = trace.setSpan(ROOT_CONTEXT, span)
      return {
        calls: { ended: (call) => addEngineCall(tracer, context, call) },
        ended(view) {
          for (const call of view.toolCalls) addToolCall(tracer, context, call, content)
          if (view.assistant !== null) span.updateName(`invoke_agent ${view.assistant.id}`)
          span.setAttributes(ofRun(view))
          if (content) span.setAttribute('gen_ai.output.messages', outputOf(view))
          if (view.error !== null) span.setStatus({ code: SpanStatusCode.ERROR })
          span.end(view.endedAt ?? Date.now())
        },
      }
    },
    background: { ended: (call) => addEngineCall(tracer, ROOT_CONTEXT, call) },
  }
}

function ofRun({
  engine,
  model,
  requestedModel,
  assistant,
  usage,
  error,
  endReason,
  createdAt,
  startedAt,
}: RunView): Attributes {
  return known({
    'gen_ai.provider.name': engine,
    'gen_ai.agent.id': assistant?.id,
    'gen_ai.request.model': requestedModel ?? model,
    'gen_ai.response.model': model,
    'gen_ai.usage.input_tokens': usage?.promptTokens,
    'gen_ai.usage.output_tokens': usage?.completionTokens,
    'error.type': error?.code,
    'reynard.run.end_reason': endReason,
    'reynard.run.wait': startedAt === null ? null : (startedAt - createdAt) / 1000,
  })
}

function addEngineCall(tracer: Tracer, context: Context, call: EngineCall): void {
  const { operation, engine, request, startedAt, firstAt, endedAt, usage, end } = call
  const failed = 'failed' in end ? end.failed : null
  const span = tracer.startSpan(
    `${operation} ${request.model}`,
    {
      kind: engine === 'embedded' ? SpanKind.INTERNAL : SpanKind.CLIENT,
      startTime: startedAt,
      attributes: known({
        'gen_ai.operation.name': operation,
        'gen_ai.provider.name': engine,
        'gen_ai.conversation.id': request.conversationId,
        'gen_ai.request.model': request.model,
        'gen_ai.request.temperature': request.temperature,
        'gen_ai.request.top_p': request.topP,
        'gen_ai.request.max_tokens': request.maxTokens,
        'gen_ai.response.finish_reasons': 'reason' in end ? [end.reason.replace('tool-calls', 'tool_call')] : undefined,
        'gen_ai.response.time_to_first_chunk': firstAt === null ? null : (firstAt - startedAt) / 1000,
        'gen_ai.usage.input_tokens': usage.promptTokens,
        'gen_ai.usage.output_tokens': usage.completionTokens,
        'error.type': failed,
      }),
    },
    context,
  )
  // Who stops an answer has not broken it.
  if (failed !== null && failed !== 'aborted') span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(endedAt)
}

/** Only what has begun here: names that a model made up, and tools of the caller's own, take no time of ours. */
function addToolCall(tracer: Tracer, context: Context, call: ToolCall, content: boolean): void {
  const { callId, name, run, failure, startedAt, endedAt } = call
  if (run === null || startedAt === null || endedAt === null) return
  const span = tracer.startSpan(
    `execute_tool ${name}`,
    {
      kind: SpanKind.INTERNAL,
      startTime: startedAt,
      attributes: known({
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.call.id': callId,
        'gen_ai.tool.type': 'function',
        'reynard.tool.group': run.group,
        'reynard.tool.level': run.level,
        'error.type': failure?.failure,
        ...(content && {
          'gen_ai.tool.call.arguments': JSON.stringify(call.arguments).slice(0, mostContent),
          'gen_ai.tool.call.result': call.content?.slice(0, mostContent),
        }),
      }),
    },
    context,
  )
  if (failure !== null) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(endedAt)
}

function outputOf({ text, endReason }: RunView): string {
  const content = text.slice(0, mostContent)
  return JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content }], finish_reason: endReason }])
}

type Given = Record<string, string | number | boolean | string[] | null | undefined>

/** What nobody knows is no attribute. */
function known(given: Given): Attributes {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null && value !== undefined),
  ) as Attributes
}
