import { expect, it } from 'vitest'
import { plainText } from './plain-text.ts'

it.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]8;;https://evil.test\u0007click\u001b]8;;\u0007', 'click'],
  ['invoice\u202efdp.exe', 'invoicefdp.exe'],
  ['a\u0000b\u0008c\u009bd', 'abcd'],
  ['one\r\ntwo\rthree\n\tfour', 'one\ntwo\nthree\n\tfour'],
  ['שלום 👩‍💻 naïve', 'שלום 👩‍💻 naïve'],
])('shows %j as %j', (text, shown) => {
  expect(plainText(text)).toBe(shown)
})
