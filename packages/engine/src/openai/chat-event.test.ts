import { expect, test } from 'vitest'
import { assembleCalls, type CallPiece } from './chat-event.ts'

const piece = (index: number, json: string, name = 'a'): CallPiece => ({ index, name, arguments: json })
const nested = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`

test.each<[string, CallPiece[]]>([
  ['arguments that are no JSON', [piece(0, '{')]],
  ['arguments that are null', [piece(0, 'null')]],
  ['arguments nested without end, in pieces', [piece(0, nested.slice(0, 60_000)), piece(0, nested.slice(60_000), '')]],
  ['a name of two million letters', [piece(0, '{}', 'n'.repeat(2e6))]],
  ['more calls than anybody makes', Array.from({ length: 150_000 }, (_, index) => piece(index, ''))],
])('%s are no tool calls', (_what, pieces) => {
  expect(() => assembleCalls(pieces, 'It')).toThrow(expect.objectContaining({ code: 'engine-failed' }))
})

test('a call that nobody could read is told apart from a server that failed', () => {
  expect(() => assembleCalls([piece(0, '{')], 'It')).toThrow(expect.objectContaining({ unreadableCall: true }))
  expect(assembleCalls([piece(0, '"{\\"b\\":1}"')], 'It')).toMatchObject([{ name: 'a', arguments: { b: 1 } }])
})
