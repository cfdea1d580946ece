import type { ChartSpec, ToolDisplay, ToolTitle } from '@reynard/protocol'

/** Escape sequences of terminals: colours, titles, cursor moves. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const terminalSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]{0,2000}(?:\u0007|\u001b\\)|[@-Z\\-_])/g
/** Control characters but newline and tab, marks that turn the direction of text, and characters that nobody sees but a model. */
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e01ef}]/gu

/** Text of a tool without what could deceive a reader or a terminal. Lone surrogates become U+FFFD. */
export function cleanText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(terminalSequences, '').replaceAll(unseen, '').toWellFormed()
}

/** Beginning and end of a text that is longer than `most` characters, with a note in between of how much is missing. */
export function capText(text: string, most: number): { text: string; cut: number } {
  if (text.length <= most) return { text, cut: 0 }
  const head = Math.ceil(most * 0.7)
  const tail = most - head
  const cut = text.length - most
  const note = `\n…[${cut} of ${text.length} characters are left out here]…\n`
  return { text: `${text.slice(0, head)}${note}${text.slice(text.length - tail)}`.toWellFormed(), cut }
}

/** What the model reads of one result, in characters: it must leave room for the conversation in a small window. */
export function outputCharacters(windowTokens: number): number {
  return Math.min(16_000, Math.max(1_500, Math.floor(windowTokens * 0.75)))
}

const displayed = {
  characters: 64_000,
  rows: 1_000,
  columns: 100,
  cell: 500,
  files: 1_000,
  diffs: 100,
  images: 20,
  path: 1_024,
  sources: 50,
  url: 2_048,
  tests: 1_000,
  message: 2_000,
}

/** A display that may go into the log: cleaned, and no larger than a page can show. */
export function cleanDisplay(display: ToolDisplay): ToolDisplay {
  // Cut before cleaned: a tool may say more than anybody wants to search through.
  const text = (given: string, most: number) => cleanText(capText(given, most).text)
  switch (display.kind) {
    case 'text':
      return { ...display, text: text(display.text, displayed.characters) }
    case 'terminal':
      return {
        ...display,
        text: text(display.text, displayed.characters),
        ...(display.figures && { figures: display.figures.slice(0, displayed.images).map(cleanFile) }),
      }
    case 'diff':
      return { ...display, path: line(display.path), patch: text(display.patch, displayed.characters) }
    case 'diffs':
      return cleanDiffs(display)
    case 'files':
      return {
        kind: 'files',
        files: display.files.slice(0, displayed.files).map(cleanFile),
        ...(display.folders && { folders: display.folders.slice(0, displayed.files).map(line) }),
      }
    case 'images':
      return {
        kind: 'images',
        images: display.images
          .slice(0, displayed.images)
          .map((image) => ({ ...cleanFile(image), alt: line(image.alt).slice(0, displayed.cell).toWellFormed() })),
      }
    case 'sources':
      return { kind: 'sources', sources: display.sources.slice(0, displayed.sources).map(cleanSource) }
    case 'tests':
      return cleanTests(display)
    case 'chart':
      return { kind: 'chart', chart: cleanChart(display.chart) }
    case 'table':
      return {
        kind: 'table',
        totalRows: display.totalRows,
        columns: display.columns.slice(0, displayed.columns).map(line),
        rows: cleanRows(display.rows, text),
        ...(display.file && { file: cleanFile(display.file) }),
        ...(display.code && { code: display.code.slice(0, displayed.columns) }),
      }
    default:
      return display satisfies never
  }
}

/** Those that failed keep their words longest: they come first, and what is too much is counted. */
function cleanTests(tests: Extract<ToolDisplay, { kind: 'tests' }>): ToolDisplay {
  const weight = { failed: 0, skipped: 1, passed: 2 }
  const sorted = tests.cases.toSorted((one, other) => weight[one.state] - weight[other.state])
  const cases = sorted.slice(0, displayed.tests)
  let left = displayed.characters
  return {
    ...tests,
    runner: line(tests.runner).slice(0, 100).toWellFormed(),
    omitted: tests.omitted + sorted.length - cases.length,
    cases: cases.map((each) => {
      const message = each.message && cleanText(capText(each.message, Math.min(displayed.message, left)).text)
      left = Math.max(0, left - (message?.length ?? 0))
      return {
        ...each,
        name: line(each.name).slice(0, displayed.cell).toWellFormed(),
        file: each.file && line(each.file),
        message,
      }
    }),
  }
}

type Source = Extract<ToolDisplay, { kind: 'sources' }>['sources'][number]

/** An address that is no longer whole leads somewhere else: it goes, its words stay. */
function cleanSource({ title, snippet, url, ...place }: Source): Source {
  const address = url !== null && url.length <= displayed.url ? URL.parse(url) : null
  const isWeb = address !== null && /^https?:$/.test(address.protocol) && address.username === ''
  return {
    ...place,
    title: line(title).slice(0, 300).toWellFormed(),
    snippet: cleanText(capText(snippet, displayed.cell).text),
    url: isWeb ? address.href : null,
  }
}

/** All patches together are no longer than one alone may be. */
function cleanDiffs({ files, omitted }: Extract<ToolDisplay, { kind: 'diffs' }>): ToolDisplay {
  const shown = files.slice(0, displayed.diffs)
  let left = displayed.characters
  const clean = shown.map(({ path, oldPath, change, patch }) => {
    const text = cleanText(capText(patch, Math.max(0, left)).text)
    left -= text.length
    return { path: line(path), oldPath: oldPath === null ? null : line(oldPath), change, patch: text }
  })
  return { kind: 'diffs', files: clean, omitted: omitted + files.length - shown.length }
}

function cleanFile({ path, bytes }: { path: string; bytes: number }) {
  return { path: line(path), bytes }
}

/** Within the lengths of its schema: names of columns and values of cells become labels. */
function cleanChart(chart: ChartSpec): ChartSpec {
  const label = (given: string, most: number) => line(given).slice(0, most).toWellFormed()
  return {
    ...chart,
    title: label(chart.title, 200),
    xLabel: label(chart.xLabel, 100),
    yLabel: label(chart.yLabel, 100),
    ...(chart.unit !== undefined && { unit: label(chart.unit, 20) }),
    series: chart.series.slice(0, 6).map((name) => label(name, 100)),
    points: chart.points
      .slice(0, 2_000)
      .map(([x, ...values]) => [typeof x === 'string' ? label(x, 200) : x, ...values.slice(0, 6)]),
  }
}

type Cell = Extract<ToolDisplay, { kind: 'table' }>['rows'][number][number]

/** As many rows as a page shows, and no more words in them than in any other display. */
function cleanRows(rows: Cell[][], text: (given: string, most: number) => string): Cell[][] {
  const clean: Cell[][] = []
  let characters = 0
  for (const row of rows.slice(0, displayed.rows)) {
    if (characters > displayed.characters * 4) break
    const cells = row.slice(0, displayed.columns).map((cell) => {
      const shown = typeof cell === 'string' ? text(cell, displayed.cell) : cell
      characters += typeof shown === 'string' ? shown.length : 8
      return shown
    })
    clean.push(cells)
  }
  return clean
}

/** A title within the lengths that its schema allows: models choose what stands in it. */
export function cleanTitle({ running, done, detail, code }: ToolTitle): ToolTitle {
  return {
    running: line(running).slice(0, 200).toWellFormed(),
    done: line(done).slice(0, 200).toWellFormed(),
    ...(detail !== undefined && { detail: cleanText(capText(detail, 420).text) }),
    ...(code !== undefined && { code }),
  }
}

function line(text: string): string {
  return cleanText(text.slice(0, displayed.path)).replaceAll('\n', ' ')
}
