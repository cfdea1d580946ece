import type { ChartSpec } from '@reynard/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeChart } from './describe-chart.ts'
import { placeLabels } from './end-labels.ts'
import { formatValue, withUnit } from './format-value.ts'
import { namedPoints, pointAxis } from './point-axis.ts'
import { partOf, valueScale } from './value-scale.ts'

const chart: ChartSpec = {
  type: 'line',
  title: 'Refund rate by week',
  xLabel: 'week',
  yLabel: '',
  unit: '%',
  series: ['Marketplace', 'Phone'],
  points: [
    ['2026-07-01', 3.1, 1.2],
    ['2026-08-26', null, 1.3],
    ['2026-10-28', 8.2, 1.2],
  ],
}

describe('scales', () => {
  it('have three or four round lines round all values', () => {
    expect(valueScale([1.2, 8.2], false).ticks).toEqual([0, 5, 10])
    expect(valueScale([2, 52], true).ticks).toEqual([0, 20, 40, 60])
    expect(valueScale([-5, 12], true).ticks).toEqual([-10, 0, 10, 20])
    expect(valueScale([1000, 1010], false).ticks).toEqual([1000, 1005, 1010])
    expect(valueScale([], false).ticks).toEqual([0, 0.5, 1])
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { minLength: 1 }), (values) => {
        const scale = valueScale(values, true)
        expect(scale.ticks.length).toBeLessThanOrEqual(6)
        for (const value of values) {
          expect(partOf(value, scale)).toBeGreaterThanOrEqual(-1e-6)
          expect(partOf(value, scale)).toBeLessThanOrEqual(1 + 1e-6)
        }
      }),
    )
  })

  it('stand days as far apart as they are, and words one after the other', () => {
    expect(pointAxis(chart.points, 'line')).toEqual({
      at: [0, 56 / 119, 1],
      names: ['1 Jul', '26 Aug', '28 Oct'],
      isOrdered: true,
    })
    expect(pointAxis(chart.points, 'bar').at).toEqual([1 / 6, 0.5, 5 / 6])
    const months: ChartSpec['points'] = [
      ['2025-12', 1],
      ['2026-01', 2],
    ]
    expect(pointAxis(months, 'bar').names).toEqual(['Dec 2025', 'Jan 2026'])
    expect(pointAxis([['Web\u202e', 1]], 'line')).toEqual({ at: [0.5], names: ['Web'], isOrdered: false })
    const many = pointAxis(
      Array.from({ length: 90 }, (_, index) => [index, index]),
      'line',
    )
    expect(namedPoints(many, 400).length).toBeLessThanOrEqual(6)
  })

  it('move labels apart and keep them inside', () => {
    const placed = placeLabels(
      [100, 101, 102, 20].map((y, series) => ({ series, y })),
      110,
    )
    const places = placed.map(({ y }) => y)
    expect(Math.max(...places)).toBeLessThanOrEqual(110)
    for (const [index, y] of places.entries())
      if (index > 0) expect(y - (places[index - 1] ?? 0)).toBeGreaterThanOrEqual(16)
  })
})

describe('words', () => {
  it('state the finding', () => {
    expect(describeChart(chart)).toBe(
      'Line chart: Refund rate by week. Marketplace goes from 3.1% at 1 Jul to 8.2% at 28 Oct, the most of 2.',
    )
    const bars: ChartSpec = {
      ...chart,
      type: 'bar',
      series: ['Phone'],
      points: [
        ['a', 5],
        ['b', 1.25],
      ],
    }
    expect(describeChart(bars)).toBe('Bar chart: Refund rate by week. Highest is a with 5%, lowest b with 1.25%.')
    expect(describeChart({ ...bars, points: [] })).toContain('There is nothing to draw.')
    const dots: ChartSpec = {
      ...chart,
      type: 'scatter',
      series: ['y'],
      points: [
        [1, 5],
        [4, -2],
      ],
    }
    expect(describeChart(dots)).toContain('2 points, from 1 to 4 across and from −2% to 5% up')
  })

  it('are short', () => {
    expect([0.12345, 1482.4, 2_400_000, -3].map(formatValue)).toEqual(['0.1235', '1,482', '2.4M', '−3'])
    expect([withUnit('1', '€'), withUnit('1', '%'), withUnit('1', 'kg'), withUnit('1', undefined)]).toEqual([
      '€1',
      '1%',
      '1 kg',
      '1',
    ])
  })
})
