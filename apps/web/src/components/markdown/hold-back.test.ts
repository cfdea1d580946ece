import { expect, it } from 'vitest'
import { holdBack } from './hold-back.ts'

it.each([
  ['- one\n- ', '- one'],
  ['- one\n  -', '- one'],
  ['- one\n- [', '- one'],
  ['- one\n- [x] ', '- one'],
  ['A line\n2.', 'A line'],
  ['Before\n\n| Name | Val', 'Before\n'],
  ['| Name | Value |\n', ''],
  ['| Name | Value |\n|---|', ''],
  ['one<b', 'one'],
  ['so \\(x_1', 'so '],
  ['so \\', 'so '],
])('%j is shown as %j until it can be told what it is', (source, shown) => expect(holdBack(source)).toBe(shown))

it.each([
  '- one\n- two',
  '- [x] done',
  'It ends in 2.5',
  '| Name | Value |\n|---|---|',
  '| Name | Value |\n|---|---|\n| a',
  'a | b',
  'two < three',
  'so \\(x_1\\) holds',
  `so \\(${'x + '.repeat(40)}`,
  '**bold',
])('%j is shown as it is', (source) => expect(holdBack(source)).toBe(source))
