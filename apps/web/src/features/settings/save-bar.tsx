'use client'
import { Button } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { serverSettingsMessages } from '../../lib/messages-settings.ts'

type SaveBarProps = {
  changes: number
  errors: number
  isSaving: boolean
  onDiscard: () => void
}
const text = serverSettingsMessages

/** Gathers changes of the form that it stands in. Pressed while something is wrong, the form leads to the first mistake. */
export function SaveBar({ changes, errors, isSaving, onDiscard }: SaveBarProps) {
  if (changes === 0 && errors === 0) return null
  return (
    <div
      role="status"
      data-foot=""
      data-edge=""
      className="float-in sticky bottom-5 mt-4 flex items-center gap-2 rounded-sheet bg-raised py-2.5 pr-2.5 pl-[18px] text-sm shadow-float ring ring-line"
    >
      <b className="min-w-0 flex-1 font-mid">{errors > 0 ? text.errors(errors) : text.changes(changes)}</b>
      <Button look="ghost" onClick={onDiscard}>
        {text.discard}
      </Button>
      {/* aria-disabled only looks the part: the press still leads to the mistake. */}
      <button
        type="submit"
        aria-disabled={errors > 0 || isSaving}
        className="inline-flex h-8 items-center rounded-control bg-ink px-3 text-sm font-mid text-on-ink aria-disabled:opacity-50 touch:h-11"
      >
        {messages.common.save}
      </button>
    </div>
  )
}
