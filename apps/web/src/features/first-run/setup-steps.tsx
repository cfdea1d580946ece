import type { SystemStatus } from '@reynard/protocol'
import { Check, CircleAlert, Minus } from 'lucide-react'

const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const

/** The search for a first model as it happens: each hop, how it ended, why. Empty once there is one. */
export function SetupSteps({ steps, label }: { steps: SystemStatus['setup']; label: string }) {
  if (steps.length === 0) return null
  return (
    <ol aria-label={label} className="grid grid-cols-1 gap-1.5">
      {steps.map((step) => (
        <li key={step.step} className="flex gap-2.5 text-sm">
          <span className="grid h-5 w-3.5 flex-none place-items-center">
            {step.state === 'running' && <span className="spinner" aria-hidden />}
            {step.state === 'done' && <Check {...ICON} className="text-success" />}
            {step.state === 'failed' && <CircleAlert {...ICON} className="text-danger" />}
            {step.state === 'skipped' && <Minus {...ICON} className="text-ink-3" />}
          </span>
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {/* "Hugging Face cannot be reached from here" needs no "Hugging Face" before it. */}
            {!step.detail?.startsWith(step.step) && (
              <span className={step.state === 'running' ? 'text-ink' : 'text-ink-2'}>
                {step.step.charAt(0).toUpperCase() + step.step.slice(1)}
              </span>
            )}
            {step.detail && (
              <span className="text-ink-3">
                {step.detail.startsWith(step.step) ? '' : /^\p{Lu}/u.test(step.detail) ? '. ' : ' '}
                {step.detail}
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}
