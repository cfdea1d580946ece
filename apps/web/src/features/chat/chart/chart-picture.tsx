'use client'
import type { ChartSpec } from '@reynard/protocol'
import { type KeyboardEvent, type PointerEvent, useId, useMemo, useState } from 'react'
import { chartMessages } from '../../../lib/messages-chart.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { type ChartLayout, layOutChart, tickName } from './chart-layout.ts'
import { ChartMarks, seriesColour } from './chart-marks.tsx'
import { describeChart } from './describe-chart.ts'
import { formatValue, withUnit } from './format-value.ts'
import { namedPoints } from './point-axis.ts'
import { useWidth } from './use-width.ts'

const text = chartMessages
/** Where nothing was measured yet: the width of the chat's column on a desk. */
const USUAL_WIDTH = 680

/**
 * The chart itself, drawn by us from numbers and names: nothing in it is markup of a tool's. Arrow keys step from point to point, a
 * pointer does the same; what stands there is said below.
 */
export function ChartPicture({ chart }: { chart: ChartSpec }) {
  const [width, measure] = useWidth(USUAL_WIDTH)
  const [chosen, setChosen] = useState<number | null>(null)
  const layout = useMemo(() => layOutChart(chart, width), [chart, width])
  const sentence = useMemo(() => describeChart(chart), [chart])
  const order = useMemo(
    () => chart.points.map((_, point) => point).sort((one, other) => layout.x(one) - layout.x(other)),
    [chart, layout],
  )
  const id = useId()
  if (chart.points.length === 0) return <p className="border-t border-line p-3.5 text-sm text-ink-3">{text.empty}</p>

  const step = (event: KeyboardEvent) => {
    const place = chosen === null ? -1 : order.indexOf(chosen)
    const places: Record<string, number> = {
      ArrowRight: Math.min(order.length - 1, place + 1),
      ArrowLeft: place <= 0 ? 0 : place - 1,
      Home: 0,
      End: order.length - 1,
    }
    const next = places[event.key]
    if (event.key === 'Escape' && chosen !== null) setChosen(null)
    else if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    else setChosen(order[next] ?? null)
    event.preventDefault()
    event.stopPropagation()
  }
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const at = ((event.clientX - box.left) / box.width) * layout.width
    setChosen(
      order.reduce((best, each) => (Math.abs(layout.x(each) - at) < Math.abs(layout.x(best) - at) ? each : best)),
    )
  }
  return (
    <div ref={measure} className="relative px-1.5 pt-1 pb-2">
      {layout.hasLegend && <Legend series={chart.series} />}
      <svg
        role="img"
        aria-label={sentence}
        aria-describedby={id}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its points are reached by arrow keys
        tabIndex={0}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        className="block w-full rounded-control -outline-offset-2"
        onKeyDown={step}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setChosen(null)}
        onBlur={() => setChosen(null)}
      >
        <Grid chart={chart} layout={layout} />
        <ChartMarks chart={chart} layout={layout} />
        <EndLabels layout={layout} />
        {chosen !== null && <Cursor layout={layout} point={chosen} />}
      </svg>
      <p id={id} className="sr-only">
        {text.keys}
      </p>
      {/* In the place of the names under the axis: it says that of its point itself. */}
      <p
        role="status"
        className="absolute inset-x-1.5 bottom-2 truncate bg-raised px-2 py-1 text-xs text-ink-2 tabular-nums empty:opacity-0"
      >
        {chosen !== null && <Reading chart={chart} layout={layout} point={chosen} />}
      </p>
    </div>
  )
}

function Legend({ series }: { series: readonly string[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 px-2 pb-1 text-xs text-ink-2">
      {series.map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: series keep their places
        <li key={index} className="flex min-w-0 items-center gap-1.5">
          <span className="size-2.5 flex-none rounded-[2px]" style={{ background: seriesColour(index) }} aria-hidden />
          <span className="truncate">{plainText(name)}</span>
        </li>
      ))}
    </ul>
  )
}

type PartProps = { chart: ChartSpec; layout: ChartLayout }

function Grid({ chart, layout }: PartProps) {
  const { scale, axis, left, right, bottom, x, y } = layout
  return (
    <g fill="var(--ink-3)" fontSize={11.5} aria-hidden>
      {scale.ticks.map((tick, index) => (
        <g key={tick}>
          <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} stroke={tick === 0 ? 'var(--line-2)' : 'var(--line)'} />
          <text x={left - 8} y={y(tick) + 4} textAnchor="end" className="tabular-nums">
            {tickName(tick, index === scale.ticks.length - 1, chart.unit)}
          </text>
        </g>
      ))}
      {namedPoints(axis, right - left).map((point) => {
        const isFirst = chart.type !== 'bar' && (axis.at[point] ?? 0) < 0.02
        const isLast = chart.type !== 'bar' && (axis.at[point] ?? 0) > 0.98
        return (
          <text key={point} x={x(point)} y={bottom + 19} textAnchor={isFirst ? 'start' : isLast ? 'end' : 'middle'}>
            {shorten(axis.names[point] ?? '')}
          </text>
        )
      })}
    </g>
  )
}

const shorten = (name: string) => (name.length > 18 ? `${name.slice(0, 17)}…` : name)

function EndLabels({ layout: { labels, right } }: Pick<PartProps, 'layout'>) {
  return labels.map(({ series, wantsY, y, name, value }) => (
    <g key={series} fontSize={12} aria-hidden>
      <circle cx={right} cy={wantsY} r={3} fill={seriesColour(series)} />
      <text x={right + 9} y={y + 4} fill="var(--ink-2)" className="tabular-nums">
        {name === '' ? value : `${name} ${value}`}
      </text>
    </g>
  ))
}

function Cursor({ layout: { marks, x, y, top, bottom }, point }: Pick<PartProps, 'layout'> & { point: number }) {
  return (
    <g aria-hidden pointerEvents="none">
      <line x1={x(point)} x2={x(point)} y1={top} y2={bottom} stroke="var(--ink-3)" strokeDasharray="2 3" />
      {(marks[point] ?? []).map(
        (mark, series) =>
          mark && (
            <circle
              // biome-ignore lint/suspicious/noArrayIndexKey: series keep their places
              key={series}
              cx={x(point)}
              cy={y(mark.to)}
              r={4}
              fill={seriesColour(series)}
              stroke="var(--raised)"
              strokeWidth={1.5}
            />
          ),
      )}
    </g>
  )
}

function Reading({ chart, layout: { axis, marks }, point }: PartProps & { point: number }) {
  const unit = plainText(chart.unit ?? '')
  const values = (marks[point] ?? []).map((mark, series) => {
    const value = mark === null ? text.none : withUnit(formatValue(mark.value), unit)
    return chart.series.length === 1 ? value : `${plainText(chart.series[series] ?? '')} ${value}`
  })
  return (
    <>
      <b className="font-mid">{axis.names[point]}</b> {values.join(' · ')}
    </>
  )
}
