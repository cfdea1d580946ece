import { expect, it } from 'vitest'
import { parsePatch } from './parse-patch.ts'

it('numbers removed lines as in the old file and all others as in the new one', () => {
  const patch =
    '@@ -18,4 +18,5 @@ size_note:\n size_note:\n-  from_size: 47\n+  from_size: 44\n+  channels: [marketplace]\n   text: "Runs small."\n\\ No newline at end of file\n'
  expect(parsePatch(patch)).toEqual([
    { kind: 'hunk', from: 18, to: 22, heading: 'size_note:' },
    { kind: 'same', number: 18, text: 'size_note:' },
    { kind: 'remove', number: 19, text: '  from_size: 47' },
    { kind: 'add', number: 19, text: '  from_size: 44' },
    { kind: 'add', number: 20, text: '  channels: [marketplace]' },
    { kind: 'same', number: 21, text: '  text: "Runs small."' },
    { kind: 'note', text: 'No newline at end of file' },
  ])
})

it('reads a new file, whose old side has no line', () => {
  expect(parsePatch('@@ -0,0 +1 @@\n+hello')).toEqual([
    { kind: 'hunk', from: 1, to: 1, heading: '' },
    { kind: 'add', number: 1, text: 'hello' },
  ])
})
