import type { ConsoleRun } from '@reynard/protocol'
import { KeyRound } from 'lucide-react'
import { adminMessages } from '../../lib/messages-admin.ts'
import { plainText } from '../../lib/plain-text.ts'
import { AssistantMark } from '../assistants/assistant-mark.tsx'
import { initialsOf } from './admin-format.ts'

const text = adminMessages

/** What a run is called here: its chat's title where one may know it. */
export const titleOf = (run: ConsoleRun): string =>
  run.isOwn ? plainText(run.title ?? (run.phase === 'ended' ? text.gone : text.untitled)) : text.private

/** Whose run it is, with the first letters of the name. */
export function Who({ run }: { run: ConsoleRun }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span
        aria-hidden
        className="grid size-[22px] flex-none place-items-center rounded-round bg-selected text-2xs font-strong text-ink-2"
      >
        {initialsOf(run.user.name)}
      </span>
      <span className="truncate">{run.user.name}</span>
    </span>
  )
}

/** The mark of who answers, before the chat's title. */
export function RunMark({ run, size = 16 }: { run: ConsoleRun; size?: number }) {
  if (run.assistant === null && run.source === 'api') {
    return <KeyRound size={size - 2} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
  }
  const { id, name } = run.assistant ?? { id: '', name: '' }
  return <AssistantMark id={id} letter={name.slice(0, 1)} size={size} />
}

/** 56 px: tokens per second over the last 30 s. For the eye; the number stands beside it. */
export function Sparkline({ values, isAlive }: { values: readonly number[]; isAlive: boolean }) {
  if (values.length < 2) return null
  const most = Math.max(1, ...values)
  const points = values
    .map((value, i) => `${((i * 56) / (values.length - 1)).toFixed(1)},${(14 - (value / most) * 12).toFixed(1)}`)
    .join(' ')
  return (
    <svg width={56} height={16} viewBox="0 0 56 16" className="block" aria-hidden>
      <polyline
        fill="none"
        stroke={isAlive ? 'var(--accent)' : 'var(--ink-3)'}
        strokeWidth={1.5}
        strokeLinejoin="round"
        points={points}
      />
    </svg>
  )
}
