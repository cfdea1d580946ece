import type { OfficePackage } from './office-package.ts'

/** Of a chart of years by the minute nobody reads more. */
const mostValues = 60

type Series = { name: string; categories: string[]; values: string[] }

/** A chart as lines: its title and axes, then each series with its values. Empty where it says nothing. `entry`: its part of the package. */
export async function readChart(office: OfficePackage, entry: string): Promise<string> {
  const titles: string[] = []
  const series: Series[] = []
  /** Which list of the newest series the next value belongs to. */
  let into: string[] | null = null
  let isText = false
  let isValue = false
  let isName = false
  let title = ''
  await office.read(entry, {
    open(name) {
      if (name === 'ser') series.push({ name: '', categories: [], values: [] })
      else if (name === 'title') title = ''
      else if (name === 't') isText = true
      else if (name === 'tx') isName = true
      else if (name === 'cat' || name === 'xVal') into = series.at(-1)?.categories ?? null
      else if (name === 'val' || name === 'yVal') into = series.at(-1)?.values ?? null
      else if (name === 'v') {
        isValue = true
        if (into !== null && into.length <= mostValues) into.push('')
      }
    },
    text(text) {
      if (isText) title += text
      else if (isValue && into !== null) into[into.length - 1] += text
      else if (isValue && isName) {
        const last = series.at(-1)
        if (last === undefined) title += text
        else last.name += text
      }
    },
    close(name) {
      if (name === 't') isText = false
      else if (name === 'v') isValue = false
      else if (name === 'tx') isName = false
      else if (name === 'cat' || name === 'xVal' || name === 'val' || name === 'yVal') into = null
      else if (name === 'title' && title.trim() !== '') titles.push(title.trim())
    },
  })
  const lines = series.map(({ name, categories, values }, index) => {
    const shown = values.slice(0, mostValues).map((value, at) => `${categories[at] ?? at + 1}: ${value}`)
    const rest = values.length > mostValues ? ', …' : ''
    return `${name.trim() || `Series ${index + 1}`}: ${shown.join(', ')}${rest}`
  })
  if (titles.length === 0 && lines.length === 0) return ''
  return [`Chart${titles.length > 0 ? `: ${titles.join(', ')}` : ''}`, ...lines].join('\n')
}
