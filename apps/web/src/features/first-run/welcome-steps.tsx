'use client'
import type { SystemStatus } from '@reynard/protocol'
import { Check } from 'lucide-react'
import { firstRunMessages } from '../../lib/messages-first-run.ts'
import { isComing } from '../models/model-facts.ts'

const text = firstRunMessages
type Step = { name: string; detail: string; state: 'done' | 'now' | 'later' }

/** Where the first run stands: engine, model, first chat. */
export function WelcomeSteps({ status }: { status: SystemStatus | undefined }) {
  return (
    <ol className="mt-16 max-lg:mt-5 max-lg:flex max-lg:gap-x-8 max-sm:mt-4 max-sm:gap-x-5">
      {stepsOf(status).map((step, index, steps) => (
        <li
          key={step.name}
          aria-current={step.state === 'now' ? 'step' : undefined}
          className="relative min-w-0 pb-[34px] pl-10 text-sm text-ink-3 max-lg:pb-0 max-lg:pl-8 max-sm:pl-7"
        >
          {index < steps.length - 1 && (
            <span aria-hidden className="absolute top-[26px] bottom-0 left-[10.5px] w-px bg-line-2 max-lg:hidden" />
          )}
          <span aria-hidden className="absolute top-0 left-0 grid size-[22px] place-items-center text-ink-3">
            {step.state === 'done' && <Check size={14} strokeWidth={1.75} className="text-success" />}
            {step.state === 'now' && <span className="live-dot text-accent-ink" />}
            {step.state === 'later' && <span className="dot dot-hollow" />}
          </span>
          <b
            className={`block text-[15px]/[22px] ${step.state === 'now' ? 'font-strong text-ink' : 'font-mid text-ink-2'}`}
          >
            {step.name}
          </b>
          <span className={`max-sm:hidden ${step.state === 'now' ? 'text-ink-2' : ''}`}>{step.detail}</span>
        </li>
      ))}
    </ol>
  )
}

function stepsOf(status: SystemStatus | undefined): Step[] {
  const engine =
    status?.engines.find((entry) => entry.kind === status.active) ??
    status?.engines.find((entry) => entry.condition === 'no-model')
  const model = status?.defaultModelLabel ?? null
  const coming = status?.downloads.find((download) => isComing(download) && download.state !== 'failed')
  const hasEngine = engine !== undefined
  return [
    {
      name: text.stepEngine,
      detail: engine?.label ?? text.noneAnswers,
      state: hasEngine ? 'done' : 'now',
    },
    {
      name: text.stepModel,
      detail: model ?? (coming ? text.downloading(coming.label) : text.chooseOne),
      state: model !== null ? 'done' : hasEngine ? 'now' : 'later',
    },
    {
      name: text.stepChat,
      detail: model === null ? text.canWrite : text.readyToWrite,
      state: model === null ? 'later' : 'now',
    },
  ]
}
