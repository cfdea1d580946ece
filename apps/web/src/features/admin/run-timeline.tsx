import type { ConsoleRunDetails, RunStretch } from '@reynard/protocol'
import { CircleDashed, Eye, Footprints, Hand, LoaderCircle, type LucideIcon, Pencil, Wrench } from 'lucide-react'
import { formatDuration } from '../../lib/format.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { layOutStretches } from './lay-out-stretches.ts'

const text = adminMessages
const LOOKS: Record<RunStretch['kind'], { icon: LucideIcon; colour: string }> = {
  queue: { icon: CircleDashed, colour: 'var(--s6)' },
  load: { icon: LoaderCircle, colour: 'var(--s3)' },
  prompt: { icon: Eye, colour: 'var(--s5)' },
  thinking: { icon: Footprints, colour: 'var(--s4)' },
  writing: { icon: Pencil, colour: 'var(--s1)' },
  tool: { icon: Wrench, colour: 'var(--s2)' },
  approval: { icon: Hand, colour: 'var(--s6)' },
}
const hatched = (colour: string) => `repeating-linear-gradient(135deg, ${colour} 0 3px, transparent 3px 6px)`

/** One bar per stretch on a shared axis; a long wait is hatched and drawn shorter than it was. */
export function RunTimeline({ stretches, now }: { stretches: ConsoleRunDetails['stretches']; now: number }) {
  const { bars, ticks, hasCut } = layOutStretches(stretches, now)
  return (
    <>
      <ol className="text-xs text-ink-2">
        <li aria-hidden className="grid h-6 grid-cols-[112px_1fr_60px] items-center text-2xs text-ink-3 tabular-nums">
          <span className="relative col-start-2 h-full">
            {ticks.map(({ at, ms }) => (
              <span key={at} className="absolute top-1 pl-1" style={{ left: `${at * 100}%` }}>
                {ms === 0 ? '0' : formatDuration(ms)}
              </span>
            ))}
          </span>
        </li>
        {bars.map(({ stretch, from, width, isCut }) => {
          const { icon: Icon, colour } = LOOKS[stretch.kind]
          const label = stretch.kind === 'tool' ? text.tool(stretch.tool) : text.stretch[stretch.kind]
          return (
            <li
              key={`${stretch.from} ${stretch.kind}`}
              className="grid h-[25px] grid-cols-[112px_1fr_60px] items-center"
            >
              <span className="flex min-w-0 items-center gap-2 pr-2">
                <Icon size={14} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
                <span className="truncate">{label}</span>
              </span>
              <span className="relative h-full" aria-hidden>
                {ticks.map(({ at }) => (
                  <span key={at} className="absolute inset-y-0 w-px bg-line" style={{ left: `${at * 100}%` }} />
                ))}
                <span
                  className="absolute top-2 h-[9px] min-w-[3px] rounded-[2.5px]"
                  style={{
                    left: `${from * 100}%`,
                    width: `${width * 100}%`,
                    background: isCut ? hatched(colour) : colour,
                  }}
                />
              </span>
              <span className="text-right whitespace-nowrap tabular-nums">
                {formatDuration((stretch.to ?? now) - stretch.from)}
              </span>
            </li>
          )
        })}
      </ol>
      {hasCut && <p className="mt-1 text-2xs text-ink-3">{text.notToScale}</p>}
    </>
  )
}
