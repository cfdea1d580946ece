import type { ChatRequest, EngineMessage } from '../engine.ts'

/** The body of `/chat/completions`, with only what every compatible server knows: some refuse a field that they don't. */
export function chatBody(request: ChatRequest): string {
  return JSON.stringify({
    model: request.model,
    messages: request.messages.map(toMessage),
    stream: true,
    stream_options: { include_usage: true },
    temperature: request.temperature,
    top_p: request.topP,
    max_tokens: request.maxTokens === undefined ? undefined : Math.max(1, request.maxTokens),
    tools: request.tools?.length ? request.tools.map((tool) => ({ type: 'function', function: tool })) : undefined,
    response_format: responseFormat(request.format),
  })
}

function responseFormat(format: ChatRequest['format']): unknown {
  if (format === undefined) return undefined
  return format === 'json'
    ? { type: 'json_object' }
    : { type: 'json_schema', json_schema: { name: 'answer', schema: format } }
}

function withImages({ content, images = [] }: Extract<EngineMessage, { role: 'user' }>) {
  return [
    ...images.map(({ mediaType, base64 }) => ({
      type: 'image_url',
      image_url: { url: `data:${mediaType};base64,${base64}` },
    })),
    { type: 'text', text: content },
  ]
}

function toMessage(message: EngineMessage): Record<string, unknown> {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content }
    case 'user':
      return { role: 'user', content: message.images?.length ? withImages(message) : message.content }
    case 'assistant':
      return {
        role: 'assistant',
        content: message.content,
        tool_calls: message.toolCalls?.length
          ? message.toolCalls.map((call) => ({
              id: call.callId,
              type: 'function',
              function: { name: call.name, arguments: JSON.stringify(call.arguments) },
            }))
          : undefined,
      }
    case 'tool':
      return { role: 'tool', content: message.content, tool_call_id: message.callId }
  }
}
