import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBlockSplitter, readFence } from './split-blocks.ts'

const split = (text: string) => createBlockSplitter()(text)

describe('createBlockSplitter', () => {
  it('cuts at blank lines, headings and fences', () => {
    expect(split('One\nline\n\nTwo\n# Head\nThree\n```js\na\n\nb\n```\nFour\n\nFive\n')).toEqual([
      'One\nline\n\n',
      'Two\n',
      '# Head\n',
      'Three\n',
      '```js\na\n\nb\n```\n',
      'Four\n\n',
      'Five\n',
    ])
  })
  it('keeps a loose list, with its code, in one block', () => {
    const list = '1. One\n\n   more\n\n   ```sh\n   ls\n\n   pwd\n   ```\n\n2. Two\n'
    expect(split(`${list}\nAfter\n`)).toEqual([`${list}\n`, 'After\n'])
  })
  it('keeps a formula on its own lines in one block', () => {
    expect(split('$$\na\n\nb\n$$\n\nText\n')).toEqual(['$$\na\n\nb\n$$\n\n', 'Text\n'])
  })

  const piece = fc.constantFrom(
    'text',
    '\n',
    '\n\n',
    '# h\n',
    '- item\n',
    '  more\n',
    '```\n',
    '~~~js\n',
    '$$\n',
    '> q\n',
    '1. x\n',
    '| a |\n',
  )
  const growing = fc.array(piece, { maxLength: 60 })
  it('loses nothing, and never changes a block that was final', () => {
    fc.assert(
      fc.property(growing, (pieces) => {
        const growingSplit = createBlockSplitter()
        let text = ''
        let before: string[] = []
        for (const part of pieces) {
          text += part
          const blocks = growingSplit(text)
          expect(blocks.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
          const final = before.slice(0, -1)
          expect(blocks.slice(0, final.length)).toEqual(final)
          before = blocks
        }
        expect(before).toEqual(split(text))
      }),
    )
  })
  it('starts anew where the text is another one', () => {
    const splitter = createBlockSplitter()
    splitter('One\n\nTwo\n\n')
    expect(splitter('Other\n\ntext\n')).toEqual(['Other\n\n', 'text\n'])
  })
})

describe('readFence', () => {
  it('reads language and code of a closed and of an open fence', () => {
    expect(readFence('```ts title="x"\nconst a = 1\n```\n')).toEqual({
      language: 'ts',
      code: 'const a = 1',
      isClosed: true,
    })
    expect(readFence('~~~\n```\nstill')).toEqual({ language: '', code: '```\nstill', isClosed: false })
  })
  it('is null for anything else', () => {
    expect(readFence('Text\n```js\n```')).toBeNull()
    expect(readFence('```js\na\n```\nText')).toBeNull()
    expect(readFence('```inline``` code')).toBeNull()
  })
})
