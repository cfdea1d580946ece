import type { ReactNode } from 'react'

const TONES = {
  plain: 'bg-panel [&>svg]:text-ink-3',
  accent: 'bg-accent-soft [&>svg]:text-accent-ink',
  warning: 'bg-warning-soft [&>svg]:text-warning',
  danger: 'bg-danger-soft [&>svg]:text-danger',
  info: 'bg-info-soft [&>svg]:text-info',
} as const

type NoteProps = {
  tone?: keyof typeof TONES
  icon: ReactNode
  children: ReactNode
  /** Buttons, right; below the text where there is no room. */
  actions?: ReactNode
}

/** What happened, in words, with the way on. The icon carries the tone as well as the ground does. */
export function Note({ tone = 'plain', icon, children, actions }: NoteProps) {
  return (
    <div
      data-edge=""
      className={`flex min-h-11 flex-wrap items-center gap-x-2.5 gap-y-2 rounded-card py-2 pr-2 pl-3.5 text-sm text-ink-2 [&_b]:font-mid [&_b]:text-ink ${TONES[tone]}`}
    >
      {icon}
      <div className="min-w-40 flex-1">{children}</div>
      {actions && <div className="ml-auto flex gap-1.5">{actions}</div>}
    </div>
  )
}
