import { expect, it } from 'vitest'
import { createParagraphSplitter, isPlainText } from './split-paragraph.ts'

const plain = 'A sentence with some words, which goes on for a while. '.repeat(60).trim()
const grow = (text: string, step = 7) => {
  const split = createParagraphSplitter()
  const seen: (string[] | null)[] = []
  for (let end = step; end < text.length; end += step) seen.push(split(text.slice(0, end)))
  seen.push(split(text))
  return seen
}

it('cuts a long paragraph and loses nothing', () => {
  const pieces = grow(plain).at(-1)
  expect(pieces?.length).toBeGreaterThan(4)
  expect(pieces?.join(' ')).toBe(plain)
})

it('never changes a piece that was cut off', () => {
  const all = grow(plain)
  const last = all.at(-1) ?? []
  for (const pieces of all) expect(last.slice(0, (pieces?.length ?? 1) - 1)).toEqual(pieces?.slice(0, -1))
})

it.each(['**', '_', '[', '`', '~~'])('does not cut inside of what %s opens', (mark) => {
  const text = `Before ${mark}${plain}`
  expect(grow(text).at(-1)).toEqual([text])
})

it('cuts again behind markup that was closed', () => {
  const text = `Some **strong words** and [a link](https://example.org) first. ${plain}`
  expect(grow(text).at(-1)?.length).toBeGreaterThan(4)
})

it.each(['- item\n', '| a | b |\n', '> said\n', '# Title\n', '1. one\n', 'words\n---\n'])(
  'leaves %j whole',
  (start) => {
    expect(grow(`${start}${plain}`).at(-1)).toBeNull()
  },
)

it.each([
  'a *b*',
  'see www.example.org',
  'https://example.org',
  'me@example.org',
  'a &amp; b',
  'one\ntwo',
  'a\\',
  '5 < 6',
  '$x$',
])('parses %j', (source) => expect(isPlainText(source)).toBe(false))

it('takes words as they are', () => {
  expect(isPlainText('Words, numbers like 3.5 % and (brackets): "as they are" - nothing else; is it?')).toBe(true)
})
