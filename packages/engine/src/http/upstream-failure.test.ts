import { expect, test } from 'vitest'
import { errorPart, lineFailure, statusFailure } from './upstream-failure.ts'

test.each([
  `error parsing tool call: raw='{"path":"a.ts","content":"...", err=invalid character ']' after object key:value pair`,
  'failed to parse JSON: unexpected end of JSON input',
  'XML syntax error on line 3: element <function> closed by </parameter>',
])('%s is a call that nobody could read, as a status and in mid-answer', (text) => {
  const failed = { type: 'error', code: 'engine-failed', unreadableCall: true }
  expect(errorPart(statusFailure(500, text, 'Ollama', 'm'))).toMatchObject(failed)
  expect(errorPart(lineFailure(text, 'Ollama'))).toMatchObject(failed)
})

test.each([
  'model runner has unexpectedly stopped',
  'registry.example/library/m does not support tools',
  'failed to parse grammar',
])('%s is not', (text) => {
  expect(errorPart(statusFailure(500, text, 'Ollama', 'm'))).not.toHaveProperty('unreadableCall')
  expect(errorPart(lineFailure(text, 'Ollama'))).not.toHaveProperty('unreadableCall')
})
