import type { ServerResponse } from 'node:http'
import { tokenize } from './answer.ts'
import { answerChat, numberOf, readChat } from './chat-route.ts'
import type { FakeState } from './fake-state.ts'
import type { RecordedRequest } from './request-log.ts'
import { field, sendJson, textField } from './respond.ts'
import { openAiFormat } from './wire-format.ts'

/** `GET /v1/models` */
export function handleOpenAiModels(state: FakeState, res: ServerResponse): void {
  const data = state.models.all().map((model) => ({
    id: model.name,
    object: 'model',
    created: Math.floor(Date.parse(model.modifiedAt) / 1000),
    owned_by: 'library',
  }))
  sendJson(res, 200, { object: 'list', data })
}

/** `POST /v1/chat/completions` */
export async function handleOpenAiChat(state: FakeState, request: RecordedRequest, res: ServerResponse): Promise<void> {
  const { body } = request
  const model = textField(body, 'model')
  await answerChat(state, request, res, {
    fail: (status, message) =>
      sendJson(res, status, {
        error: {
          message,
          type: status === 404 ? 'not_found_error' : status < 500 ? 'invalid_request_error' : 'api_error',
          param: null,
          code: null,
        },
      }),
    wire: openAiFormat(model),
    chat: { ...readChat(request), format: field(body, 'response_format') },
    stream: field(body, 'stream') === true,
    limit: numberOf(field(body, 'max_tokens')),
    whole: (name, answer, promptTokens) => {
      const text = tokenize(answer.text)
      return {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: Math.floor(Date.now() / 1000),
        model: name,
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: text.join('') },
            finish_reason: answer.doneReason ?? 'stop',
          },
        ],
        usage: {
          prompt_tokens: promptTokens,
          completion_tokens: text.length,
          total_tokens: promptTokens + text.length,
        },
      }
    },
  })
}
