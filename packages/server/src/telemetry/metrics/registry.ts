/** Values of the labels of one series, in the order of the names that its family declares. */
type Values = readonly string[]
type Kind = 'counter' | 'gauge' | 'histogram'
type Sample = { suffix?: string; names: readonly string[]; values: Values; value: number }
type Family = { name: string; help: string; kind: Kind; samples(): Iterable<Sample> }

type Counter = { add(values: Values, by?: number): void }
type Histogram = { observe(values: Values, value: number): void }

/** What is measured, as Prometheus reads it. */
export type Registry = {
  counter(name: string, help: string, labels: readonly string[]): Counter
  histogram(name: string, help: string, labels: readonly string[], buckets: readonly number[]): Histogram
  /** Read when it is asked for. */
  gauge(name: string, help: string, labels: readonly string[], read: () => Iterable<[Values, number]>): void
  /** As `gauge`, for what only grows. */
  total(name: string, help: string, read: () => number): void
  text(): string
}

/** Beyond this many series a family takes no new one: a mistake with a label must not fill the memory. */
const mostSeries = 2_000

/** The content type of `text()`. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** A registry of its own: two servers in one process don't count together. */
export function createRegistry(): Registry {
  const families: Family[] = []
  return {
    counter(name, help, labels) {
      const series = new Map<string, { values: Values; value: number }>()
      families.push({
        name,
        help,
        kind: 'counter',
        *samples() {
          for (const { values, value } of series.values()) yield { names: labels, values, value }
        },
      })
      return {
        add(values, by = 1) {
          const one = seriesOf(series, values, () => ({ values, value: 0 }))
          if (one !== undefined) one.value += by
        },
      }
    },
    histogram(name, help, labels, buckets) {
      const series = new Map<string, { values: Values; counts: number[]; sum: number; count: number }>()
      families.push({
        name,
        help,
        kind: 'histogram',
        *samples() {
          for (const { values, counts, sum, count } of series.values()) {
            let below = 0
            for (const [at, bound] of buckets.entries()) {
              below += counts[at] ?? 0
              yield { suffix: '_bucket', names: [...labels, 'le'], values: [...values, String(bound)], value: below }
            }
            yield { suffix: '_bucket', names: [...labels, 'le'], values: [...values, '+Inf'], value: count }
            yield { suffix: '_sum', names: labels, values, value: sum }
            yield { suffix: '_count', names: labels, values, value: count }
          }
        },
      })
      return {
        observe(values, value) {
          if (!Number.isFinite(value)) return
          const one = seriesOf(series, values, () => ({ values, counts: buckets.map(() => 0), sum: 0, count: 0 }))
          if (one === undefined) return
          const at = buckets.findIndex((bound) => value <= bound)
          if (at !== -1) one.counts[at] = (one.counts[at] ?? 0) + 1
          one.sum += value
          one.count += 1
        },
      }
    },
    gauge(name, help, labels, read) {
      families.push({
        name,
        help,
        kind: 'gauge',
        *samples() {
          for (const [values, value] of read()) yield { names: labels, values, value }
        },
      })
    },
    total(name, help, read) {
      families.push({ name, help, kind: 'counter', samples: () => [{ names: [], values: [], value: read() }] })
    },
    text: () => families.map(familyText).join(''),
  }
}

function seriesOf<Series>(all: Map<string, Series>, values: Values, make: () => Series): Series | undefined {
  const key = values.join('\0')
  const found = all.get(key)
  if (found !== undefined || all.size >= mostSeries) return found
  const made = make()
  all.set(key, made)
  return made
}

function familyText({ name, help, kind, samples }: Family): string {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`]
  for (const { suffix = '', names, values, value } of samples()) {
    const labels = names.map((label, at) => `${label}="${escaped(values[at] ?? '')}"`).join(',')
    lines.push(`${name}${suffix}${labels === '' ? '' : `{${labels}}`} ${value}`)
  }
  return `${lines.join('\n')}\n`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
