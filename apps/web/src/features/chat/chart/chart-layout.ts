import type { ChartSpec } from '@reynard/protocol'
import { plainText } from '../../../lib/plain-text.ts'
import { type EndLabel, placeLabels } from './end-labels.ts'
import { formatValue, withUnit } from './format-value.ts'
import { type PointAxis, pointAxis } from './point-axis.ts'
import { partOf, type ValueScale, valueScale } from './value-scale.ts'

/** A value as it is drawn: from where to where, before the scale. Stacked ones begin where those below end. */
export type Mark = { from: number; to: number; value: number }

/** All places of a chart, px from the left and from above. */
export type ChartLayout = {
  width: number
  height: number
  /** The field in which values are drawn. */
  left: number
  right: number
  top: number
  bottom: number
  scale: ValueScale
  axis: PointAxis
  /** By point and series; null where there is no value. */
  marks: (Mark | null)[][]
  x(point: number): number
  y(value: number): number
  /** Beside the ends of lines; without them a legend says which is which. */
  labels: (EndLabel & { name: string; value: string })[]
  hasLegend: boolean
}

const TOP = 14
const BELOW = 28
const LABEL_PX = 6.6
const NARROW = 440

export function layOutChart(chart: ChartSpec, width: number): ChartLayout {
  const height = width < NARROW ? 208 : 240
  const axis = pointAxis(chart.points, chart.type)
  const isLine = chart.type === 'line' || chart.type === 'area'
  const stacked = chart.stacked === true && (chart.type === 'bar' || chart.type === 'area')
  const marks = chart.points.map(([, ...values]) => toMarks(values, chart.series.length, stacked))
  const ends = marks.flatMap((row) => row.flatMap((mark) => (mark ? [mark.from, mark.to] : [])))
  const values = stacked ? ends : marks.flatMap((row) => row.flatMap((mark) => (mark ? [mark.to] : [])))
  const scale = valueScale(values, chart.type === 'bar' || chart.type === 'area')

  const ticks = scale.ticks.map((tick, index) => tickName(tick, index === scale.ticks.length - 1, chart.unit))
  const left = Math.min(96, Math.max(...ticks.map((tick) => tick.length)) * LABEL_PX + 18)
  const isLabelled = isLine && !stacked
  const lasts = isLabelled ? lastMarks(marks, chart.series.length) : []
  const named = lasts.map((last) => {
    const name =
      chart.series.length === 1 ? '' : shorten(plainText(chart.series[last.series] ?? ''), width < NARROW ? 9 : 20)
    return { ...last, name, value: formatValue(last.value) }
  })
  const widest = named.reduce((most, { name, value }) => Math.max(most, name.length + value.length + 1), 0)
  const right = width - (isLabelled ? Math.min(width * 0.36, widest * LABEL_PX + 18) : 14)
  const bottom = height - BELOW
  const y = (value: number) => bottom - partOf(value, scale) * (bottom - TOP)
  const placed = placeLabels(
    named.map(({ series, value: _, to }) => ({ series, y: y(to) })),
    bottom,
  )
  const labels = placed.flatMap((place) => {
    const label = named.find(({ series }) => series === place.series)
    return label ? [{ ...place, name: label.name, value: label.value }] : []
  })
  return {
    width,
    height,
    left,
    right,
    top: TOP,
    bottom,
    scale,
    axis,
    marks,
    x: (point) => left + (axis.at[point] ?? 0) * (right - left),
    y,
    labels,
    hasLegend: !isLabelled && chart.series.length > 1,
  }
}

/** The unit stands at the highest line only. */
export function tickName(tick: number, isTop: boolean, unit: string | undefined): string {
  return isTop ? withUnit(formatValue(tick), plainText(unit ?? '').slice(0, 8)) : formatValue(tick)
}

function toMarks(values: readonly (number | null)[], series: number, stacked: boolean): (Mark | null)[] {
  let up = 0
  let down = 0
  return Array.from({ length: series }, (_, index) => {
    const value = values[index] ?? null
    if (value === null) return null
    if (!stacked) return { from: 0, to: value, value }
    const from = value < 0 ? down : up
    if (value < 0) down += value
    else up += value
    return { from, to: from + value, value }
  })
}

function lastMarks(marks: readonly (Mark | null)[][], series: number) {
  return Array.from({ length: series }, (_, index) => index).flatMap((index) => {
    const point = marks.findLastIndex((row) => row[index] !== null)
    const mark = marks[point]?.[index]
    return mark ? [{ series: index, point, to: mark.to, value: mark.value }] : []
  })
}

function shorten(name: string, most: number): string {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name
}
