import { toolDisplaySchema, toolTitleSchema } from '@reynard/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capText, cleanDisplay, cleanText, cleanTitle } from './clean-output.ts'

describe('cleanText', () => {
  it('takes terminal sequences out whole, but never the text after one that has no end', () => {
    expect(cleanText('\u001b[1;31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007')).toBe('red link')
    expect(cleanText(`\u001b]0;${'what follows stays. '.repeat(200)}`)).toContain('what follows stays.')
  })

  it('leaves nothing that a terminal, a reader or a log could trip over, and is content with its own work', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleanText(text)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
        expect(clean).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        expect(clean.isWellFormed()).toBe(true)
        expect(cleanText(clean)).toBe(clean)
      }),
    )
  })
})

describe('capText', () => {
  it('keeps beginning and end and says what is missing', () => {
    expect(capText('abc', 3)).toEqual({ text: 'abc', cut: 0 })
    const { text, cut } = capText('0123456789', 4)
    expect(text).toBe('012\n…[6 of 10 characters are left out here]…\n9')
    expect(cut).toBe(6)
  })
})

describe('what goes into the log', () => {
  it('keeps to the lengths of its schema, whatever a tool says', () => {
    const long = 'x\u0000\u202e\n'.repeat(50_000)
    const title = cleanTitle({ running: long, done: long, detail: long, code: true })
    expect(toolTitleSchema.safeParse(title).success).toBe(true)
    const table = {
      kind: 'table' as const,
      columns: Array(500).fill(long),
      rows: Array(3_000).fill([long, 1, null, true, 'short']),
      totalRows: 3_000,
    }
    const clean = cleanDisplay(table)
    expect(toolDisplaySchema.safeParse(clean).success).toBe(true)
    expect(clean).toMatchObject({ totalRows: 3_000, columns: { length: 100 } })
    expect(JSON.stringify(clean).length).toBeLessThan(500_000)
    const change = { path: long, oldPath: long, change: 'renamed' as const, patch: long }
    const diffs = cleanDisplay({ kind: 'diffs', files: Array(300).fill(change), omitted: 1 })
    expect(toolDisplaySchema.safeParse(diffs).success).toBe(true)
    expect(diffs).toMatchObject({ files: { length: 100 }, omitted: 201 })
    expect(JSON.stringify(diffs).length).toBeLessThan(500_000)
    expect(cleanDisplay({ ...table, rows: Array(3_000).fill([1, 'a']) })).toMatchObject({ rows: { length: 1_000 } })
  })
  it('keeps of sources only addresses of the web, whole, as they really are', () => {
    const source = (url: string | null) => ({ title: 'A\u202eb\nc', snippet: 'x'.repeat(5_000), url })
    const urlOf = (url: string | null) => {
      const clean = cleanDisplay({ kind: 'sources', sources: [source(url)] })
      return clean.kind === 'sources' ? clean.sources[0]?.url : undefined
    }
    expect(urlOf('https://example.org/a')).toBe('https://example.org/a')
    expect(urlOf('http://exаmple.org/')).toBe('http://xn--exmple-4nf.org/')
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      'https://a@b.org/',
      `https://x.org/${'y'.repeat(3_000)}`,
      'x',
    ])
      expect(urlOf(url)).toBeNull()
    const clean = cleanDisplay({ kind: 'sources', sources: Array(80).fill({ ...source(null), messageId: 'm', at: 1 }) })
    expect(clean).toMatchObject({ sources: { length: 50, 0: { title: 'Ab c', messageId: 'm', at: 1 } } })
    expect(JSON.stringify(clean).length).toBeLessThan(60_000)
  })

  it('keeps a thousand tests, those that failed first and with their words', () => {
    const long = 'x\u0000\u202e\n\ud800'.repeat(5_000)
    const test = (state: 'passed' | 'failed') => ({ name: long, file: long, state, durationMs: 1, message: long })
    const cases = [...Array(1_500).fill(test('passed')), ...Array(20).fill(test('failed'))]
    const clean = cleanDisplay({
      kind: 'tests',
      runner: long,
      cases,
      passed: 1_500,
      failed: 20,
      skipped: 0,
      omitted: 0,
    })
    expect(toolDisplaySchema.safeParse(clean).success).toBe(true)
    expect(clean).toMatchObject({
      omitted: 520,
      cases: { length: 1_000, 0: { state: 'failed' }, 19: { state: 'failed' } },
    })
    expect(clean.kind === 'tests' && clean.cases[0]?.message?.length).toBeGreaterThan(1_000)
    expect(JSON.stringify(clean).length).toBeLessThan(2_000_000)
  })

  it('keeps images and charts to their schema too', () => {
    const long = 'x\u0000\u202e\n\ud800'.repeat(5_000)
    const images = { kind: 'images' as const, images: Array(50).fill({ path: long, bytes: 1, alt: long }) }
    expect(toolDisplaySchema.safeParse(cleanDisplay(images)).success).toBe(true)
    expect(cleanDisplay(images)).toMatchObject({ images: { length: 20 } })
    const chart = {
      kind: 'chart' as const,
      chart: {
        type: 'line' as const,
        title: long,
        xLabel: long,
        yLabel: long,
        unit: long,
        series: Array(9).fill(long),
        points: Array(5_000).fill([long, 1, null, 3, 4, 5, 6, 7, 8, 9]),
      },
    }
    const clean = cleanDisplay(chart)
    expect(toolDisplaySchema.safeParse(clean).success).toBe(true)
    expect(JSON.stringify(clean)).not.toMatch(/\u202e|\\u0000/)
    expect(clean).toMatchObject({ chart: { series: { length: 6 }, points: { length: 2_000 } } })
  })
})
