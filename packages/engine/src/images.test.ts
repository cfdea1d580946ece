import { expect, it } from 'vitest'
import type { ChatRequest } from './engine.ts'
import { chatBody as ollamaBody } from './ollama/chat-body.ts'
import { chatBody as openAiBody } from './openai/chat-body.ts'

const image = { mediaType: 'image/png', base64: 'iVBORw0KGgo=' }
const request: ChatRequest = {
  model: 'llava',
  messages: [
    { role: 'user', content: 'What is this?', images: [image] },
    { role: 'user', content: 'And this?' },
  ],
}

it('a picture goes to Ollama as bare base64 beside the text', () => {
  expect(JSON.parse(ollamaBody(request, false)).messages).toEqual([
    { role: 'user', content: 'What is this?', images: ['iVBORw0KGgo='] },
    { role: 'user', content: 'And this?' },
  ])
})

it('a picture goes to an OpenAI-compatible server as a part of the content; text alone stays text', () => {
  expect(JSON.parse(openAiBody(request)).messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        { type: 'text', text: 'What is this?' },
      ],
    },
    { role: 'user', content: 'And this?' },
  ])
})
