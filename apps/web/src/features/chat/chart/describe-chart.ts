import type { ChartSpec } from '@reynard/protocol'
import { chartMessages } from '../../../lib/messages-chart.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { formatValue, withUnit } from './format-value.ts'
import { pointAxis } from './point-axis.ts'

const text = chartMessages

type Found = { at: string; value: number }

/** What a chart shows, in one sentence for who does not see it: its finding, not its looks. */
export function describeChart(chart: ChartSpec): string {
  const { names } = pointAxis(chart.points, chart.type)
  const show = (value: number) => withUnit(formatValue(value), plainText(chart.unit ?? ''))
  const series = chart.series.map((name, index) => ({
    name: plainText(name),
    found: chart.points.flatMap(([, ...values], point): Found[] => {
      const value = values[index] ?? null
      return value === null ? [] : [{ at: names[point] ?? '', value }]
    }),
  }))
  const start = `${text.kind(chart.type)}: ${plainText(chart.title)}.`
  const finding =
    chart.type === 'scatter'
      ? cloud(chart, show)
      : chart.type === 'bar' || chart.stacked
        ? bounds(chart, names, show)
        : change(series, show)
  return finding === null ? `${start} ${text.empty}` : `${start} ${finding}.`
}

/** The line that moved most. */
function change(series: { name: string; found: Found[] }[], show: (value: number) => string): string | null {
  const moved = series.flatMap(({ name, found }) => {
    const [first] = found
    const last = found.at(-1)
    return first && last ? [{ name, first, last, by: Math.abs(last.value - first.value) }] : []
  })
  const [most] = moved.sort((one, other) => other.by - one.by)
  if (most === undefined) return null
  if (most.first === most.last) return text.one(show(most.first.value), most.first.at)
  const { name, first, last } = most
  const words = text.change(name, show(first.value), first.at, show(last.value), last.at)
  return moved.length > 1 ? words + text.most(moved.length) : words
}

/** The highest and the lowest place; of stacks, by what they add up to. */
function bounds(chart: ChartSpec, names: readonly string[], show: (value: number) => string): string | null {
  const found = chart.points.flatMap(([, ...values], point): Found[] => {
    const at = names[point] ?? ''
    const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]))
    if (known.length === 0) return []
    if (chart.stacked) return [{ at, value: known.reduce((sum, { value }) => sum + value, 0) }]
    return known.map(({ value, index }) => ({
      at: chart.series.length === 1 ? at : `${plainText(chart.series[index] ?? '')} at ${at}`,
      value,
    }))
  })
  const [first] = found
  if (first === undefined) return null
  if (found.length === 1) return text.one(show(first.value), first.at)
  const highest = found.reduce((one, other) => (other.value > one.value ? other : one))
  const lowest = found.reduce((one, other) => (other.value < one.value ? other : one))
  return text.bounds(show(highest.value), highest.at, show(lowest.value), lowest.at)
}

function cloud({ points }: ChartSpec, show: (value: number) => string): string | null {
  const across = points.map(([x]) => Number(x))
  const up = points.flatMap(([, ...values]) => values.filter((value) => value !== null))
  if (up.length === 0) return null
  const [low, high] = [Math.min(...across), Math.max(...across)].map(String)
  return text.cloud(points.length, low ?? '', high ?? '', show(Math.min(...up)), show(Math.max(...up)))
}
