import { expect, test } from 'vitest'
import { safeNext } from './safe-next.ts'

test.each([
  ['/chat/1?x=2#y', '/chat/1?x=2#y'],
  [null, '/'],
  ['https://evil.example/', '/'],
  ['//evil.example/a', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/.//evil.example', '/'],
  ['/a/..//evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['\\\\evil.example', '/'],
])('open redirect: next=%j leads to %s', (asked, expected) => {
  expect(safeNext(asked, 'http://reynard.test')).toBe(expected)
})
