import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { MarkedText, markWords } from './marked-text.tsx'

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
