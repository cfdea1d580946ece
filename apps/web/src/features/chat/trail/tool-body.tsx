import type { ToolCall, ToolDisplay } from '@reynard/protocol'
import { lazy, Suspense } from 'react'
import { imageMessages } from '../../../lib/messages-images.ts'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { CallArguments } from './call-arguments.tsx'
import { DiffResult } from './diff-result.tsx'
import { DiffsResult } from './diffs-result.tsx'
import { FilesResult } from './files-result.tsx'
import { FoldedLines } from './folded-lines.tsx'
import { OnItsWay } from './on-its-way.tsx'
import { TableResult } from './table-result.tsx'
import { TerminalResult } from './terminal-result.tsx'

const SourcesResult = lazy(async () => ({ default: (await import('./sources-result.tsx')).SourcesResult }))
const ChartResult = lazy(async () => ({ default: (await import('../chart/chart-result.tsx')).ChartResult }))
const ImagesResult = lazy(async () => ({ default: (await import('./images-result.tsx')).ImagesResult }))
const TestsResult = lazy(async () => ({ default: (await import('./tests-result.tsx')).TestsResult }))
const text = toolMessages
/** What says by itself what was asked, or has it behind a button. */
const ARTEFACTS: ReadonlySet<string> = new Set(['table', 'diff', 'diffs', 'chart', 'tests'])

const CHART_HEIGHT = 280
const TEST_ROW = 41

/** Two lines of head, then one for each of the failed, and one each for the others. */
function testsHeight({ failed, passed, skipped }: Extract<ToolDisplay, { kind: 'tests' }>): number {
  return 76 + TEST_ROW * (Math.min(failed, 10) + Number(passed > 0) + Number(skipped > 0))
}

/** All of a call: what was asked, what came of it in its natural form, behind which wall it ran. */
export function ToolBody({ call }: { call: ToolCall }) {
  const { display, failure, run } = call
  const asked = <CallArguments values={call.arguments} />
  const isArtefact = display !== null && ARTEFACTS.has(display.kind)
  const levels = call.state === 'running' ? text.runsIn : text.level
  const wall = run && call.startedAt !== null ? levels[run.level] : null
  const notes = [wall, call.truncated ? text.truncated : null].filter((note) => note !== null)
  return (
    <div className="grid grid-cols-1 gap-2 pb-2">
      {!isArtefact && asked}
      {failure && (
        <p className="max-h-60 overflow-y-auto text-sm whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">
          {plainText(failure.message).slice(0, 4_000)}
        </p>
      )}
      {call.decision?.note && (
        <p className="text-sm text-ink-2 [overflow-wrap:anywhere]">“{plainText(call.decision.note)}”</p>
      )}
      <Result call={call} asked={asked} />
      {notes.length > 0 && (
        <p className="text-xs text-ink-3" title={wall && run ? text.levelName(run.level) : undefined}>
          {notes.join(' ')}
        </p>
      )}
    </div>
  )
}

function Result({ call, asked }: { call: ToolCall; asked: React.ReactNode }) {
  const { display } = call
  switch (display?.kind) {
    case 'table':
      return <TableResult {...display} name={call.name} asked={asked} />
    case 'diff':
      return <DiffResult path={display.path} patch={display.patch} />
    case 'diffs':
      return <DiffsResult {...display} />
    case 'terminal':
      return (
        <>
          <TerminalResult source={display.text} exitCode={display.exitCode} />
          {display.figures && <Figures figures={display.figures} version={call.callId} />}
        </>
      )
    case 'images':
      return (
        <Suspense>
          <ImagesResult images={display.images} version={call.callId} />
        </Suspense>
      )
    case 'tests':
      return (
        <Suspense fallback={<OnItsWay height={testsHeight(display)} />}>
          <TestsResult {...display} />
        </Suspense>
      )
    case 'chart':
      return (
        <Suspense fallback={<OnItsWay height={CHART_HEIGHT} />}>
          <ChartResult chart={display.chart} name={call.name} asked={asked} />
        </Suspense>
      )
    case 'files':
      return <FilesResult files={display.files} folders={display.folders} />
    case 'sources': {
      const { query } = call.arguments
      return (
        <Suspense>
          <SourcesResult {...display} words={typeof query === 'string' ? query : ''} />
        </Suspense>
      )
    }
    case 'text':
      return display.text.trim() === '' ? null : (
        <FoldedLines source={display.text} label={text.result} wraps className="overflow-hidden rounded-card" />
      )
    default:
      return call.output === '' ? null : (
        <TerminalResult source={call.output} {...(call.state === 'running' ? {} : { exitCode: null })} />
      )
  }
}

/** What Python drew, below what it printed. */
function Figures({ figures, version }: { figures: { path: string; bytes: number }[]; version: string }) {
  const images = figures.map((file, index) => ({ ...file, alt: imageMessages.figure(index + 1, figures.length) }))
  return (
    <Suspense>
      <ImagesResult images={images} version={version} />
    </Suspense>
  )
}
