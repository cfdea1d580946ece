import type { ConsoleEngine, ConsoleOverview } from '@reynard/protocol'
import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { formatBytes } from '../../lib/format.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { SERIES_COLOURS } from './speed-chart.tsx'

const text = adminMessages

/** Who can answer, what each holds in memory, and what this machine has left. */
export function EngineList({ overview }: { overview: ConsoleOverview }) {
  return (
    <section aria-label={text.engines} className="min-w-0">
      <div className="flex h-8 items-center">
        <h2 className="text-md font-strong">{text.engines}</h2>
        <span className="flex-1" />
        <Link href="/admin/models" className="flex items-center gap-0.5 rounded-chip text-xs text-ink-3 hover:text-ink">
          {text.allModels}
          <ChevronRight size={14} strokeWidth={1.75} aria-hidden />
        </Link>
      </div>
      <ul className="divide-y divide-line">
        {overview.engines.map((engine) => (
          <Engine key={engine.kind} engine={engine} charted={overview.speed.models} />
        ))}
        <Machine machine={overview.machine} />
      </ul>
    </section>
  )
}

const DOTS = {
  ready: 'text-success',
  starting: 'text-accent',
  'no-model': 'text-ink-3',
  unreachable: 'text-danger',
  off: 'text-ink-3',
} as const

function Engine({ engine, charted }: { engine: ConsoleEngine; charted: readonly string[] }) {
  // The same colour as in the chart; what is not drawn there is grey.
  const colourOf = (name: string) => SERIES_COLOURS[charted.indexOf(name)] ?? 'var(--s6)'
  const { condition, models, memoryBytes, problem } = engine
  const held = models.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
  const names = models.map(({ name, sizeBytes }) => text.memoryOf(name, sizeBytes)).join(', ')
  return (
    <li className="py-3.5 first:pt-1">
      <div className="flex items-center gap-2 text-sm">
        <span
          className={`dot ${condition === 'off' || condition === 'no-model' ? 'dot-hollow' : ''} ${DOTS[condition]}`}
          aria-hidden
        />
        <b className="min-w-0 truncate font-mid">{engine.label}</b>
        {engine.version && <span className="text-xs text-ink-3">{engine.version}</span>}
        <span className="flex-1" />
        <span className={`text-xs whitespace-nowrap ${condition === 'unreachable' ? 'text-danger' : 'text-ink-2'}`}>
          {engine.isActive ? text.active : text.conditions[condition]}
        </span>
      </div>
      {condition === 'ready' ? (
        <>
          {memoryBytes !== null && held > 0 && (
            <MemoryBar
              label={text.memoryUsed(formatBytes(held), formatBytes(memoryBytes))}
              parts={models.map(({ name, sizeBytes }) => ({
                name,
                part: (sizeBytes ?? 0) / memoryBytes,
                colour: colourOf(name),
              }))}
            />
          )}
          <p className="mt-1.5 truncate text-xs text-ink-3">{models.length === 0 ? text.holdsNothing : names}</p>
        </>
      ) : (
        problem !== null && <p className="mt-1 text-xs text-ink-3">{problem}</p>
      )}
    </li>
  )
}

function Machine({ machine }: { machine: ConsoleOverview['machine'] }) {
  const { memoryBytes, freeMemoryBytes, processBytes, cores, cpuPercent } = machine
  const used = memoryBytes - freeMemoryBytes
  return (
    <li className="py-3.5">
      <div className="flex items-center gap-2 text-sm">
        <b className="font-mid">{text.server}</b>
        <span className="text-xs text-ink-3">{text.cores(cores, memoryBytes)}</span>
        <span className="flex-1" />
        <span className="text-xs text-ink-2 tabular-nums">{text.cpu(cpuPercent)}</span>
      </div>
      <MemoryBar
        label={text.memoryUsed(formatBytes(used), formatBytes(memoryBytes))}
        parts={[
          { name: 'reynard', part: processBytes / memoryBytes, colour: 'var(--s1)' },
          { name: 'other', part: (used - processBytes) / memoryBytes, colour: 'var(--s6)' },
        ]}
      />
      <p className="mt-1.5 flex justify-between gap-3 text-xs text-ink-3 tabular-nums">
        <span className="truncate">
          {text.reynardUses(processBytes)}, {text.othersUse(used - processBytes)}
        </span>
        <span className="whitespace-nowrap">{text.free(freeMemoryBytes)}</span>
      </p>
    </li>
  )
}

type Part = { name: string; part: number; colour: string }

function MemoryBar({ label, parts }: { label: string; parts: Part[] }) {
  return (
    <div role="img" aria-label={label} className="mt-2 flex h-2 gap-0.5 overflow-hidden rounded-chip bg-selected">
      {parts.map(({ name, part, colour }) => (
        <span
          key={name}
          style={{
            width: `${Math.max(0, Math.min(100, part * 100))}%`,
            background: colour,
          }}
        />
      ))}
    </div>
  )
}
