import type { ChatRequest, EngineMessage } from '../engine.ts'

/**
 * The body of `/api/chat`. `thinks`: whether the model has the capability; `think` for another one would be a 400.
 * What is undefined is left out, for Ollama treats a missing field and a null one differently.
 */
export function chatBody(request: ChatRequest, thinks: boolean): string {
  const { temperature, topP, maxTokens, contextTokens, keepAlive } = request
  return JSON.stringify({
    model: request.model,
    messages: request.messages.map(toMessage),
    stream: true,
    tools: request.tools?.map((tool) => ({ type: 'function', function: tool })),
    think: thinks ? request.think : undefined,
    format: request.format,
    keep_alive: keepAliveField(keepAlive),
    options: {
      ...request.options,
      temperature,
      top_p: topP,
      // 0 would mean "no limit".
      num_predict: maxTokens === undefined ? undefined : Math.max(1, maxTokens),
      num_ctx: contextTokens,
    },
  })
}

/** A bare number is seconds (or -1, for ever) as a number; a string must carry its unit. */
export function keepAliveField(keepAlive: string | undefined): string | number | undefined {
  return keepAlive !== undefined && /^-?\d+$/.test(keepAlive) ? Number(keepAlive) : keepAlive
}

function toMessage(message: EngineMessage): Record<string, unknown> {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content }
    case 'user':
      return { role: 'user', content: message.content, images: message.images?.map(({ base64 }) => base64) }
    case 'assistant':
      return {
        role: 'assistant',
        content: message.content,
        thinking: message.reasoning,
        tool_calls: message.toolCalls?.map((call) => ({
          id: call.callId,
          function: { name: call.name, arguments: call.arguments },
        })),
      }
    case 'tool':
      return { role: 'tool', content: message.content, tool_name: message.name, tool_call_id: message.callId }
  }
}
