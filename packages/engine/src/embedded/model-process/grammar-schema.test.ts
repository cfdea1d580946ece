import { expect, test } from 'vitest'
import { toChatHistory } from './chat-history.ts'
import { toGrammarSchema, toParameterSchema, withoutNulls } from './grammar-schema.ts'

test('keeps what the grammar generator knows of a schema', () => {
  const schema = {
    type: 'object',
    description: 'A person',
    properties: {
      name: { type: 'string', pattern: '^A' },
      tags: { type: 'array', items: { enum: ['a', 'b'] }, maxItems: 3 },
    },
    required: ['name', 'unknown'],
    additionalProperties: false,
  }
  expect(toGrammarSchema(schema)).toEqual({
    type: 'object',
    description: 'A person',
    properties: { name: { type: 'string' }, tags: { type: 'array', items: { enum: ['a', 'b'] }, maxItems: 3 } },
    required: ['name'],
  })
})

test('lets a function leave out by null what it may leave out', () => {
  const schema = {
    type: 'object',
    properties: { path: { type: 'string' }, lines: { type: 'integer' }, to: { type: ['string', 'null'] } },
    required: ['path', 'to'],
  }
  expect(toParameterSchema(schema)).toMatchObject({
    properties: { path: { type: 'string' }, lines: { oneOf: [{ type: 'integer' }, { type: 'null' }] } },
  })
  expect(withoutNulls({ path: 'a', lines: null, to: null }, schema)).toEqual({ path: 'a', to: null })
})

test('takes what it does not know for anything', () => {
  expect(toGrammarSchema({ $ref: '#/$defs/x' })).toEqual({ type: ['string', 'number', 'boolean', 'null'] })
  expect(toGrammarSchema({ anyOf: [{ type: 'string' }, { const: 1 }] })).toEqual({
    oneOf: [{ type: 'string' }, { const: 1 }],
  })
})

test('an answer, its calls and their results are one turn of the model', () => {
  const history = toChatHistory([
    { role: 'user', content: 'Weather?' },
    {
      role: 'assistant',
      content: 'Let me see.',
      reasoning: 'A tool!',
      toolCalls: [{ callId: '1', name: 'look', arguments: { at: 'sky' } }],
    },
    { role: 'tool', callId: '1', name: 'look', content: 'sunny' },
    { role: 'assistant', content: 'Sunny.' },
  ])
  expect(history).toEqual([
    { type: 'user', text: 'Weather?' },
    {
      type: 'model',
      response: [
        { type: 'segment', segmentType: 'thought', text: 'A tool!', ended: true },
        'Let me see.',
        { type: 'functionCall', name: 'look', params: { at: 'sky' }, result: 'sunny' },
        'Sunny.',
      ],
    },
  ])
})
