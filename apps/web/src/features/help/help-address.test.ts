import { expect, test } from 'vitest'
import { backFromHelp, helpAddress } from './help-address.ts'

const chat = '/chat/0192f0c1-7b1a-7c3e-9d7e-2f5d6a1b2c3d'
const fromIn = (address: string) => new URL(address, 'http://localhost').searchParams.get('from')

test('the help leads back to the chat, the settings or the first screen that it was opened from', () => {
  for (const page of [chat, '/settings', '/settings/models', '/welcome']) {
    expect(backFromHelp(fromIn(helpAddress(page, 'memory')))).toBe(page)
  }
  expect(helpAddress(chat, 'memory')).toMatch(/#memory$/)
  expect(helpAddress('/')).toBe('/help')
})

test.each([
  'https://elsewhere.example/',
  '//elsewhere.example',
  'javascript:alert(1)',
  `${chat}/../x`,
  [chat],
  undefined,
])('an address %o that is no page of ours leads to a new chat', (from) => {
  expect(backFromHelp(from)).toBe('/')
})
