import type { ChatHistoryItem, ChatModelFunctionCall, ChatModelResponse } from 'node-llama-cpp'
import type { EngineMessage } from '../../engine.ts'

/** Our turns as llama.cpp's chat wrappers want them: an answer, its tool calls and their results are one model turn. */
export function toChatHistory(messages: readonly EngineMessage[]): ChatHistoryItem[] {
  const history: ChatHistoryItem[] = []
  const calls = new Map<string, ChatModelFunctionCall>()
  const modelTurn = (): ChatModelResponse => {
    const last = history.at(-1)
    if (last?.type === 'model') return last
    const turn: ChatModelResponse = { type: 'model', response: [] }
    history.push(turn)
    return turn
  }
  for (const message of messages) {
    switch (message.role) {
      case 'system':
        history.push({ type: 'system', text: message.content })
        break
      case 'user':
        history.push({ type: 'user', text: message.content })
        break
      case 'assistant': {
        const { response } = modelTurn()
        if (message.reasoning) {
          response.push({ type: 'segment', segmentType: 'thought', text: message.reasoning, ended: true })
        }
        if (message.content) response.push(message.content)
        for (const call of message.toolCalls ?? []) {
          const item: ChatModelFunctionCall = {
            type: 'functionCall',
            name: call.name,
            params: call.arguments,
            result: '',
          }
          calls.set(call.callId, item)
          response.push(item)
        }
        break
      }
      case 'tool': {
        const call = calls.get(message.callId)
        if (call) call.result = message.content
        else
          modelTurn().response.push({ type: 'functionCall', name: message.name, params: {}, result: message.content })
        break
      }
    }
  }
  return history
}
