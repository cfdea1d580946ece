import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linePrice, total } from './price.js'

test('a single piece costs its price', () => {
  assert.equal(linePrice({ unitCents: 250, pieces: 1 }), 250)
})

test('nine pieces have no discount', () => {
  assert.equal(linePrice({ unitCents: 100, pieces: 9 }), 900)
})

test('ten pieces are a tenth cheaper', () => {
  assert.equal(linePrice({ unitCents: 100, pieces: 10 }), 900)
})

test('an empty basket costs nothing', () => {
  assert.equal(total([]), 0)
})

test('the total adds up the lines', () => {
  assert.equal(
    total([
      { unitCents: 100, pieces: 2 },
      { unitCents: 100, pieces: 20 },
    ]),
    2000,
  )
})
