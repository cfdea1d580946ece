import { describe, expect, it } from 'vitest'
import { parseCsv, separatorOf } from './parse-csv.ts'

describe('a CSV file', () => {
  it('holds separators, quotes and line ends in quoted cells', () => {
    expect(parseCsv('a,b\r\n"x,""y""","1\n2"\r\n', ',')).toEqual([
      ['a', 'b'],
      ['x,"y"', '1\n2'],
    ])
  })

  it('may end without a line end, in the middle of a cell, or be empty', () => {
    expect(parseCsv('a,b\n1,', ',')).toEqual([
      ['a', 'b'],
      ['1', ''],
    ])
    expect(parseCsv('a\n"open, and never', ',')).toEqual([['a'], ['open, and never']])
    expect(parseCsv('', ',')).toEqual([])
  })

  it('is separated by what its first line has most of', () => {
    expect([separatorOf('a;b;c\n1,5;2'), separatorOf('a,b\n'), separatorOf('a\tb'), separatorOf('')]).toEqual([
      ';',
      ',',
      '\t',
      ',',
    ])
  })

  it('is read up to a bound, however large it is', () => {
    expect(parseCsv('x,y\n'.repeat(5_000), ',')).toHaveLength(2_000)
    expect(parseCsv(','.repeat(5_000), ',')[0]).toHaveLength(100)
  })
})
