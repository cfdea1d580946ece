import { expect, it } from 'vitest'
import { openFence } from './open-fence.ts'

it('finds the code in which a text ends', () => {
  expect(openFence('Here:\n\n```js\nconst a = 1\n')).toBe('```js\n')
  expect(openFence('```js\nconst a = 1\n```\nDone.')).toBe('')
  expect(openFence('```js\na\n```\n\n```py\nb')).toBe('```py\n')
  expect(openFence('1. so\n\n   ```sh\n   ls')).toBe('```sh\n')
  expect(openFence('no code')).toBe('')
})

it('takes no other fence, and no code within a line, for an end or a beginning', () => {
  expect(openFence('~~~md\n```\nx')).toBe('~~~md\n')
  expect(openFence('````md\n```\nx\n```')).toBe('````md\n')
  expect(openFence('```js\n```ts is no end')).toBe('```js\n')
  expect(openFence('``` a ` b')).toBe('')
})
