import type { ChartSpec } from '@reynard/protocol'
import type { ChartLayout, Mark } from './chart-layout.ts'

/** The colours of series, in their order. None of them is the one that means alive. */
export const seriesColour = (series: number) => `var(--s${(series % 6) + 1})`

type MarksProps = { chart: ChartSpec; layout: ChartLayout }

/** What stands for the values. */
export function ChartMarks({ chart, layout }: MarksProps) {
  switch (chart.type) {
    case 'bar':
      return <Bars chart={chart} layout={layout} />
    case 'scatter':
      return <Dots layout={layout} />
    default:
      return <Lines chart={chart} layout={layout} />
  }
}

function Bars({ chart, layout: { marks, x, y, left, right } }: MarksProps) {
  const place = (right - left) / Math.max(1, marks.length)
  const inner = Math.max(1, Math.min(56, place * (place > 12 ? 0.72 : 0.9)))
  const columns = chart.stacked ? 1 : chart.series.length
  const width = Math.max(1, (inner - (columns - 1)) / columns)
  return marks.map((row, point) =>
    row.map((mark, series) => {
      if (mark === null) return null
      const start = x(point) - inner / 2 + (chart.stacked ? 0 : series * (width + 1))
      const [top, bottom] = [Math.min(y(mark.from), y(mark.to)), Math.max(y(mark.from), y(mark.to))]
      // A line of ground between the parts of a stack.
      const gap = chart.stacked && bottom - top > 2 ? 1 : 0
      return (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: points and series keep their places
          key={`${point}-${series}`}
          x={start}
          y={top}
          width={width}
          height={Math.max(mark.value === 0 ? 0 : 1, bottom - top - gap)}
          rx={Math.min(2, width / 4)}
          fill={seriesColour(series)}
        />
      )
    }),
  )
}

function Dots({ layout: { marks, x, y } }: Pick<MarksProps, 'layout'>) {
  return marks.map((row, point) =>
    row.map(
      (mark, series) =>
        mark && (
          <circle
            // biome-ignore lint/suspicious/noArrayIndexKey: points and series keep their places
            key={`${point}-${series}`}
            cx={x(point)}
            cy={y(mark.to)}
            r={3}
            fill={seriesColour(series)}
            fillOpacity={0.75}
          />
        ),
    ),
  )
}

function Lines({ chart, layout }: MarksProps) {
  const { marks, x, y } = layout
  const order = marks.map((_, point) => point).sort((one, other) => x(one) - x(other))
  return chart.series.map((_, series) => {
    const parts = partsOf(order, (point) => marks[point]?.[series] ?? null)
    const line = parts.map((part) => path(part.map(({ point, mark }) => [x(point), y(mark.to)]))).join('')
    const ground = parts.map((part) => {
      const back = part.toReversed().map(({ point, mark }): [number, number] => [x(point), y(mark.from)])
      return `${path([...part.map(({ point, mark }): [number, number] => [x(point), y(mark.to)]), ...back])}Z`
    })
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: series keep their places
      <g key={series}>
        {chart.type === 'area' && (
          <path d={ground.join('')} fill={seriesColour(series)} fillOpacity={chart.stacked ? 0.85 : 0.18} />
        )}
        <path
          d={line}
          fill="none"
          stroke={chart.type === 'area' && chart.stacked ? 'var(--raised)' : seriesColour(series)}
          strokeWidth={chart.type === 'area' && chart.stacked ? 1 : 1.75}
          strokeLinejoin="round"
          strokeLinecap="round"
        />
        {/* A value between two gaps is no line. */}
        {parts
          .filter((part) => part.length === 1)
          .flatMap((part) =>
            part.map(({ point, mark }) => (
              <circle key={point} cx={x(point)} cy={y(mark.to)} r={2.5} fill={seriesColour(series)} />
            )),
          )}
      </g>
    )
  })
}

type Placed = { point: number; mark: Mark }

/** Runs of points that have a value: a gap is a gap. */
function partsOf(order: readonly number[], markOf: (point: number) => Mark | null): Placed[][] {
  const parts: Placed[][] = [[]]
  for (const point of order) {
    const mark = markOf(point)
    if (mark === null) parts.push([])
    else parts.at(-1)?.push({ point, mark })
  }
  return parts.filter((part) => part.length > 0)
}

function path(points: readonly (readonly number[])[]): string {
  return points.map(([x = 0, y = 0], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
}
