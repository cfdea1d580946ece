import type { ChartSpec } from '@reynard/protocol'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { ChartResult } from './chart-result.tsx'

const HOSTILE = '<img src=x onerror=alert(1)>\u202e"javascript:alert(1)'
const draw = (chart: ChartSpec) => renderToStaticMarkup(<ChartResult chart={chart} name="draw_chart" asked={null} />)

it.each(['bar', 'line', 'area', 'scatter'] as const)(
  'a %s draws every word of a tool as text, and numbers only as places',
  (type) => {
    const points: ChartSpec['points'] =
      type === 'scatter'
        ? [
            [1, 1, 5],
            [2, null, -7],
          ]
        : [
            [HOSTILE, 1, 5],
            ['b', null, -7],
          ]
    for (const stacked of [false, true]) {
      const chart = {
        type,
        stacked,
        title: HOSTILE,
        xLabel: HOSTILE,
        yLabel: HOSTILE,
        unit: HOSTILE,
        series: [HOSTILE, 'x'],
        points,
      }
      const markup = draw(chart)
      expect(markup).toContain('&lt;img')
      expect(markup).not.toMatch(/<img|\u202e|NaN|Infinity|undefined/)
      expect(markup).toMatch(/role="img" aria-label="[^"]*chart: /)
    }
  },
)

it('draws what is hardly a chart', () => {
  const base = { type: 'line' as const, title: 't', xLabel: 'x', yLabel: '', series: ['a'] }
  expect(draw({ ...base, points: [] })).toContain('There is nothing to draw.')
  for (const points of [
    [['a', null]],
    [['a', 0]],
    [
      ['a', 1e308],
      ['b', -1e308],
    ],
    [
      [5, 5],
      [5, 5],
    ],
  ] satisfies ChartSpec['points'][])
    expect(draw({ ...base, points })).not.toMatch(/NaN|Infinity|undefined/)
})
