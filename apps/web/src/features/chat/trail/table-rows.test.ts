import { describe, expect, it } from 'vitest'
import { isFigures, sortRows, toCsv } from './table-rows.ts'

const rows = [
  ['b', 10],
  ['a', null],
  ['c', 9],
  ['B', -1],
]

describe('a table that a tool gave', () => {
  it('sorts numbers by size and words by letter, with what is missing last', () => {
    expect(sortRows(rows, { column: 1, isDown: false }).map(([name]) => name)).toEqual(['B', 'c', 'b', 'a'])
    expect(sortRows(rows, { column: 1, isDown: true }).map(([name]) => name)).toEqual(['b', 'c', 'B', 'a'])
    expect(sortRows(rows, { column: 0, isDown: false }).map(([, value]) => value)).toEqual([null, 10, -1, 9])
    expect(isFigures(rows, 1)).toBe(true)
    expect(isFigures(rows, 0)).toBe(false)
    expect(isFigures([['12.6%'], ['−3 %'], [null]], 0)).toBe(true)
  })

  it('goes into a spreadsheet as values, never as formulas', () => {
    expect(
      toCsv(
        ['name', '=cmd'],
        [
          ['=HYPERLINK("https://evil.test")', -5],
          ['+1', null],
          ['@x', true],
          ['a "b", c', 1.5],
        ],
      ),
    ).toBe('name,\'=cmd\r\n"\'=HYPERLINK(""https://evil.test"")",-5\r\n\'+1,\r\n\'@x,true\r\n"a ""b"", c",1.5')
  })
})
