import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { fromHitOn, MarkedText, markWords } from './marked-text.tsx'

const html = (text: string) => renderToStaticMarkup(createElement(MarkedText, { text }))

test('marks what the search found and nothing else', () => {
  expect(html('the \u0001index\u0002 of the \u0001first\u0002 line')).toBe(
    'the <mark>index</mark> of the <mark>first</mark> line',
  )
})

test('text from a chat stays text', () => {
  expect(html('\u0001<img src=x>\u0002 & <b>')).toBe('<mark>&lt;img src=x&gt;</mark> &amp; &lt;b&gt;')
})

test('a mark that was cut off runs to the end', () => {
  expect(html('an \u0001ind')).toBe('an <mark>ind</mark>')
})

test('marks words wherever they stand, also such as a pattern would read as its own', () => {
  expect(html(markWords('Price (net) in a net', 'net ('))).toBe(
    'Price <mark>(</mark><mark>net</mark>) in a <mark>net</mark>',
  )
})

test('a snippet for one line begins a few words before its hit', () => {
  expect(fromHitOn('the \u0001index\u0002 decides')).toBe('… the \u0001index\u0002 decides')
  const long = `…${'so many words that nobody sees the end of them '.repeat(2)}\u0001index\u0002 decides`
  expect(fromHitOn(long)).toBe('… sees the end of them \u0001index\u0002 decides')
  expect(fromHitOn(`${'x'.repeat(80)}\u0001index\u0002`)).toBe(`… ${'x'.repeat(24)}\u0001index\u0002`)
})
