'use client'
import type { ConsoleOverview } from '@reynard/protocol'
import { ChartColumn, Table2 } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, useId, useMemo, useState } from 'react'
import { IconButton } from '../../components/button.tsx'
import { ScrollBox } from '../../components/scroll-box.tsx'
import { formatDay, formatTime } from '../../lib/format.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { useWidth } from '../chat/chart/use-width.ts'
import { valueScale } from '../chat/chart/value-scale.ts'
import { formatRate } from './admin-format.ts'

const text = adminMessages
/** Until it was measured. */
const USUAL_WIDTH = 820
/** Narrower, every other time is named. */
const NARROW = 480
const HEIGHT = 176
const LEFT = 36
const TOP = 8
const BOTTOM = 154
/** In this order; a shade that only others' sum may have comes last. */
export const SERIES_COLOURS = ['var(--s1)', 'var(--s2)', 'var(--s3)', 'var(--s4)', 'var(--s5)', 'var(--s6)']
const EVERY: Record<ConsoleOverview['range'], number> = { hour: 15, day: 12, month: 7 }

type ChartProps = { overview: ConsoleOverview }

/** Tokens per second by model, stacked; the same as a table at a button. */
export function SpeedChart({ overview }: ChartProps) {
  const [isTable, setTable] = useState(false)
  const { models } = overview.speed
  return (
    <section aria-label={text.chart} className="min-w-0">
      <div className="flex min-h-8 items-center gap-3">
        <h2 className="text-md font-strong">{text.chart}</h2>
        <span className="flex-1" />
        <ul className="flex min-w-0 flex-wrap justify-end gap-x-4 text-xs text-ink-2 max-sm:hidden">
          {models.map((model, i) => (
            <li key={model} className="flex items-center gap-1.5">
              <span className="size-2 flex-none rounded-[2px]" style={{ background: SERIES_COLOURS[i] }} aria-hidden />
              {model}
            </li>
          ))}
        </ul>
        <IconButton label={isTable ? text.showChart : text.showTable} onClick={() => setTable(!isTable)}>
          {isTable ? (
            <ChartColumn size={16} strokeWidth={1.75} aria-hidden />
          ) : (
            <Table2 size={16} strokeWidth={1.75} aria-hidden />
          )}
        </IconButton>
      </div>
      {isTable ? <SpeedTable overview={overview} /> : <SpeedPicture overview={overview} />}
    </section>
  )
}

const nameOf = ({ range, speed }: ConsoleOverview, step: number) => {
  const at = speed.from + step * speed.stepMs
  return range === 'month' ? formatDay(at, speed.from + speed.points.length * speed.stepMs) : formatTime(at)
}

function SpeedPicture({ overview }: ChartProps) {
  const { range, speed, now } = overview
  const { points, models, peak } = speed
  const id = useId()
  const [width, measure] = useWidth(USUAL_WIDTH)
  const every = EVERY[range] * (width < NARROW ? 2 : 1)
  const [chosen, setChosen] = useState<number | null>(null)
  const scale = useMemo(
    () => valueScale([0, 1, ...points.map((values) => values.reduce((sum, each) => sum + each, 0))], true),
    [points],
  )
  const ticks = peak === null ? [0] : scale.ticks
  const y = (value: number) => BOTTOM - (value / scale.max) * (BOTTOM - TOP)
  const stepWidth = (width - LEFT) / points.length
  const x = (step: number) => LEFT + step * stepWidth
  const move = (event: KeyboardEvent) => {
    const last = points.length - 1
    const to: Record<string, number> = {
      ArrowRight: chosen === null ? 0 : Math.min(last, chosen + 1),
      ArrowLeft: chosen === null ? last : Math.max(0, chosen - 1),
      Home: 0,
      End: last,
    }
    const next = to[event.key]
    if (event.key === 'Escape' && chosen !== null) setChosen(null)
    else if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    else setChosen(next)
    event.preventDefault()
    event.stopPropagation()
  }
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const at = ((event.clientX - box.left) / box.width) * width
    setChosen(Math.max(0, Math.min(points.length - 1, Math.floor((at - LEFT) / stepWidth))))
  }
  const rate = `${formatRate(now.tokensPerSecond)} ${text.speedUnit}`
  const most =
    peak &&
    `${formatRate(peak.tokensPerSecond)} at ${range === 'month' ? formatDay(peak.at, peak.at) : formatTime(peak.at)}`
  const values = chosen === null ? [] : (points[chosen] ?? [])
  return (
    <div ref={measure}>
      <svg
        role="img"
        aria-label={text.chartSays(text.ranges[range], models.length, rate, most)}
        aria-describedby={id}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its bars are reached by arrow keys
        tabIndex={0}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        className="block w-full rounded-control"
        onKeyDown={move}
        onPointerMove={point}
        onPointerLeave={() => setChosen(null)}
        onBlur={() => setChosen(null)}
      >
        <g fill="var(--ink-3)" fontSize={11} aria-hidden>
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
              <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end" className="tabular-nums">
                {tick}
              </text>
            </g>
          ))}
          {points.map((_, step) =>
            step % every === 0 && step < points.length - every / 3 ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps keep their places
              <text key={step} x={x(step)} y={HEIGHT - 5}>
                {nameOf(overview, step)}
              </text>
            ) : null,
          )}
          <text x={width} y={HEIGHT - 5} textAnchor="end" style={{ fill: 'var(--accent-ink)' }}>
            {text.now}
          </text>
        </g>
        {chosen !== null && (
          <rect x={x(chosen)} y={TOP} width={stepWidth} height={BOTTOM - TOP} fill="var(--selected)" aria-hidden />
        )}
        <g aria-hidden>
          {points.map((bar, step) => {
            let below = 0
            return bar.map((value, series) => {
              const from = below
              below += value
              const height = y(from) - y(below) - 1
              return value > 0 ? (
                <rect
                  // biome-ignore lint/suspicious/noArrayIndexKey: steps and series keep their places
                  key={`${step}-${series}`}
                  x={x(step) + 1}
                  y={y(below)}
                  width={Math.max(1, stepWidth - 2.5)}
                  height={Math.max(1, height)}
                  fill={SERIES_COLOURS[series]}
                />
              ) : null
            })
          })}
        </g>
        <line
          x1={width - 0.75}
          x2={width - 0.75}
          y1={TOP}
          y2={BOTTOM}
          stroke="var(--accent)"
          strokeWidth={1.5}
          aria-hidden
        />
      </svg>
      <p id={id} className="sr-only">
        {text.chartKeys}
      </p>
      <p role="status" className="min-h-4 truncate text-xs text-ink-2 tabular-nums" style={{ paddingLeft: LEFT }}>
        {chosen !== null ? (
          <>
            <b className="font-mid">{nameOf(overview, chosen)}</b>{' '}
            {values.some((value) => value > 0)
              ? models
                  .flatMap((model, i) => ((values[i] ?? 0) > 0 ? [`${model} ${formatRate(values[i] ?? 0)}`] : []))
                  .join(' · ')
              : text.none}
          </>
        ) : (
          peak === null && text.chartEmpty
        )}
      </p>
    </div>
  )
}

function SpeedTable({ overview }: ChartProps) {
  const { models, points } = overview.speed
  const filled = points.flatMap((values, step) => (values.some((value) => value > 0) ? [{ step, values }] : []))
  if (filled.length === 0) return <p className="h-[192px] py-2 text-sm text-ink-3">{text.chartEmpty}</p>
  return (
    <ScrollBox label={text.chart} className="h-[192px] overflow-y-auto">
      <table className="w-full border-collapse text-sm tabular-nums">
        <thead className="sticky top-0 bg-canvas">
          <tr>
            <th className="h-8 pr-3 text-left text-xs font-mid text-ink-3">{text.at}</th>
            {models.map((model) => (
              <th key={model} className="h-8 px-3 text-right text-xs font-mid text-ink-3">
                {model}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {filled.toReversed().map(({ step, values }) => (
            <tr key={step} className="border-t border-line">
              <td className="h-8 pr-3">{nameOf(overview, step)}</td>
              {models.map((model, i) => (
                <td key={model} className="h-8 px-3 text-right">
                  {(values[i] ?? 0) > 0 ? formatRate(values[i] ?? 0) : text.none}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}
