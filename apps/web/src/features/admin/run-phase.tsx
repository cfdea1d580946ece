import type { ConsoleRun, RunEndReason, RunPhase } from '@reynard/protocol'
import {
  Check,
  CircleDashed,
  Eye,
  Footprints,
  Hand,
  LoaderCircle,
  type LucideIcon,
  Pencil,
  Square,
  TriangleAlert,
  Unplug,
  Wrench,
} from 'lucide-react'
import { adminMessages } from '../../lib/messages-admin.ts'

const PHASES: Record<RunPhase, LucideIcon> = {
  queued: CircleDashed,
  starting: Eye,
  loading: LoaderCircle,
  thinking: Footprints,
  streaming: Pencil,
  acting: Wrench,
  approval: Hand,
  ended: Check,
}
const ENDS: Record<RunEndReason, LucideIcon> = {
  done: Check,
  length: Check,
  'tool-calls': Check,
  stopped: Square,
  interrupted: Unplug,
  failed: TriangleAlert,
}

/** What a run does or how it ended, in a word. */
export const phaseWords = (run: ConsoleRun): string =>
  run.phase === 'ended' && run.endReason !== null
    ? adminMessages.end(run.endReason)
    : adminMessages.phase(run.phase, run)

/** It works: russet says so. One that waits does not. */
export const isAlive = ({ phase }: ConsoleRun) => phase !== 'ended' && phase !== 'queued' && phase !== 'approval'

/** The word with its icon; russet only while the run is alive. */
export function RunState({ run, className = '' }: { run: ConsoleRun; className?: string }) {
  const Icon = run.phase === 'ended' && run.endReason !== null ? ENDS[run.endReason] : PHASES[run.phase]
  const tone = isAlive(run) ? 'text-accent-ink' : run.endReason === 'failed' ? 'text-danger' : ''
  const iconTone = tone === '' ? 'text-ink-3' : ''
  return (
    <span className={`inline-flex min-w-0 items-center gap-1.5 ${tone} ${className}`}>
      <Icon size={14} strokeWidth={1.75} className={`flex-none ${iconTone}`} aria-hidden />
      <span className="truncate">{phaseWords(run)}</span>
    </span>
  )
}
