import type { ToolCall, ToolDisplay } from '@reynard/protocol'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { SourcesResult } from './sources-result.tsx'
import { TestsResult } from './tests-result.tsx'
import { ToolBody } from './tool-body.tsx'
import { ToolRow } from './tool-row.tsx'

const HOSTILE = '<img src=x onerror=alert(1)>\u202e[x](javascript:alert(1))'
const call: ToolCall = {
  callId: 'a',
  name: HOSTILE,
  arguments: { [HOSTILE]: HOSTILE, deep: { [HOSTILE]: [HOSTILE] } },
  run: {
    title: { running: HOSTILE, done: HOSTILE, detail: HOSTILE, code: true },
    group: 'search',
    effect: 'read',
    level: 'none',
  },
  textBefore: 0,
  reasoningBefore: 0,
  state: 'done',
  approval: null,
  decision: null,
  output: '',
  content: HOSTILE,
  truncated: false,
  display: null,
  failure: null,
  calledAt: 0,
  startedAt: 0,
  endedAt: 1,
}
const row = (change: Partial<ToolCall>) =>
  renderToStaticMarkup(<ToolRow call={{ ...call, ...change }} who="Reynard" isCut={false} onStop={() => {}} />)
const body = (change: Partial<ToolCall>) => renderToStaticMarkup(<ToolBody call={{ ...call, ...change }} />)

const displays: ToolDisplay[] = [
  { kind: 'text', text: HOSTILE },
  { kind: 'terminal', text: HOSTILE, exitCode: 1 },
  { kind: 'table', columns: [HOSTILE], rows: [[HOSTILE], [null]], totalRows: 2, file: { path: HOSTILE, bytes: 5 } },
  { kind: 'diff', path: HOSTILE, patch: `@@ -1 +1 @@ ${HOSTILE}\n-${HOSTILE}\n+${HOSTILE}` },
  {
    kind: 'diffs',
    files: [
      { path: HOSTILE, oldPath: HOSTILE, change: 'renamed', patch: `@@ -1 +1 @@ ${HOSTILE}\n-${HOSTILE}\n+${HOSTILE}` },
    ],
    omitted: 1,
  },
  {
    kind: 'tests',
    runner: HOSTILE,
    cases: [{ name: HOSTILE, file: HOSTILE, state: 'failed', durationMs: 1, message: HOSTILE }],
    passed: 0,
    failed: 1,
    skipped: 0,
    omitted: 0,
  },
  { kind: 'files', files: [{ path: HOSTILE, bytes: 5 }] },
  { kind: 'terminal', text: HOSTILE, exitCode: 0, figures: [{ path: HOSTILE, bytes: 5 }] },
  { kind: 'images', images: [{ path: HOSTILE, bytes: 5, alt: HOSTILE }] },
  {
    kind: 'chart',
    chart: {
      type: 'bar',
      title: HOSTILE,
      xLabel: HOSTILE,
      yLabel: HOSTILE,
      unit: HOSTILE,
      series: [HOSTILE],
      points: [[HOSTILE, 1]],
    },
  },
]

describe('what a tool says', () => {
  it.each(displays)('is plain text as $kind', (display) => {
    const markup = row({ display }) + body({ display })
    expect(markup).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(markup).not.toMatch(/<img|<a |\u202e/)
  })

  it('is plain text while it runs and where it fails', () => {
    const failure = { failure: 'failed' as const, message: HOSTILE }
    const decision = { decision: 'denied' as const, note: HOSTILE, at: 0 }
    const markup = row({ state: 'running', output: HOSTILE }) + body({ state: 'failed', failure, decision })
    expect(markup).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(markup).not.toMatch(/<img|<a |\u202e/)
  })

  it('is folded when it is done, but for what is to be looked at', () => {
    const isOpen = (display: ToolDisplay) => row({ display }).includes('aria-expanded="true"')
    expect(displays.map((display) => [display.kind, isOpen(display)])).toEqual([
      ['text', false],
      ['terminal', false],
      ['table', true],
      ['diff', true],
      ['diffs', true],
      ['tests', true],
      ['files', false],
      ['terminal', true],
      ['images', true],
      ['chart', true],
    ])
  })

  it('can be asked about again where nobody answered in time, and only there', () => {
    const failed = (failure: 'expired' | 'denied') =>
      renderToStaticMarkup(
        <ToolRow
          call={{ ...call, state: 'failed', failure: { failure, message: 'No.' } }}
          who="Reynard"
          isCut={false}
          onStop={() => {}}
          onAskAgain={() => {}}
        />,
      )
    expect(failed('expired')).toContain('Ask again')
    expect(failed('denied')).not.toContain('Ask again')
    expect(row({ state: 'failed', failure: { failure: 'expired', message: 'No.' } })).not.toContain('Ask again')
  })

  it('is made as far as the fold only', () => {
    const text = Array.from({ length: 5_000 }, (_, line) => `line ${line}`).join('\n')
    const markup = body({ arguments: {}, display: { kind: 'terminal', text, exitCode: 0 } })
    expect(markup).toContain('line 23')
    expect(markup).not.toContain('line 24')
    expect(markup).toContain('Show all 5,000 lines')
    expect(body({ arguments: {}, state: 'running', output: text })).toContain('line 4999')
  })
  it('is a table of tests: failures first in their own words, the others in one line each', () => {
    const test = (name: string, state: 'passed' | 'failed') => ({
      name,
      file: HOSTILE,
      state,
      durationMs: 1,
      message: HOSTILE,
    })
    const cases = [test('good', 'passed'), test('bad', 'failed'), { ...test('worse', 'failed'), name: HOSTILE }]
    const markup = renderToStaticMarkup(
      <TestsResult kind="tests" runner={HOSTILE} cases={cases} passed={29} failed={2} skipped={1} omitted={30} />,
    )
    expect(markup.indexOf('bad')).toBeLessThan(markup.indexOf('29 other tests passed'))
    expect(markup).not.toContain('good')
    expect(markup).toContain('1 test skipped')
    expect(markup).toContain('30 tests not listed here.')
    expect(markup).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(markup).not.toMatch(/<img|<a |\u202e/)
  })

  it('is a list of sources whose links lead to the web or to a chat, and nowhere else', () => {
    const chat = '0193a0b8-0000-7000-8000-000000000001'
    const list = (source: object) =>
      renderToStaticMarkup(
        <SourcesResult
          kind="sources"
          words="a fox"
          sources={[{ title: HOSTILE, snippet: HOSTILE, url: null, ...source }]}
        />,
      )
    const away = list({ url: 'https://example.org/a?b=c' })
    expect(away).toContain('href="https://example.org/a?b=c" target="_blank" rel="noopener noreferrer nofollow"')
    expect(away).toContain('>example.org</span>/a?b=c')
    const here = list({ conversationId: chat, messageId: chat, at: 0 })
    expect(here).toContain(`href="/chat/${chat}?message=${chat}&amp;q=a+fox"`)
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'https://a@b.org/', '//b.org', '/chat']) {
      expect(list({ url })).not.toContain('<a ')
    }
    expect(list({ conversationId: '../x' })).not.toContain('<a ')
    expect(away + here).not.toMatch(/<img|\u202e/)
  })

  it('says a reason whole where nothing opens that would say it', () => {
    const message = 'SearXNG gives no JSON. Add json to formats in its settings and restart it.'
    const off = row({ state: 'failed', failure: { failure: 'unavailable', message } })
    expect(off).toContain(message)
    expect(off).not.toContain('truncate')
    expect(off).not.toContain('aria-expanded')
  })

  it('keeps the blanks of code in a table', () => {
    const rows = [['    return total'], ['']]
    const table = body({ display: { kind: 'table', columns: ['Text'], rows, totalRows: 2, code: [0] } })
    expect(table).toContain('>    return total</td>')
    expect(table).not.toContain('–')
  })
})
