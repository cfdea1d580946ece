import { toolMessages } from '../../../lib/messages-tools.ts'
import { FoldedLines } from './folded-lines.tsx'

const text = toolMessages

/** What a program printed, and how it ended. `exitCode` undefined: it still runs. */
export function TerminalResult({ source, exitCode }: { source: string; exitCode?: number | null }) {
  const exit = typeof exitCode === 'number' && (
    <p className={`mt-1 font-mono text-terminal ${exitCode === 0 ? 'text-ink-3' : 'text-danger'}`}>
      {text.exit(exitCode)}
    </p>
  )
  if (source.trim() === '') {
    return (
      <div className="rounded-card bg-well px-4 py-2.5 text-sm text-ink-3">
        {text.noOutput}
        {exit}
      </div>
    )
  }
  return (
    <FoldedLines
      source={source}
      label={text.output}
      isLive={exitCode === undefined}
      foot={exit}
      className="overflow-hidden rounded-card"
    />
  )
}
