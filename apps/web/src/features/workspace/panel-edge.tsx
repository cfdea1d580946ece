import type { KeyboardEvent, PointerEvent } from 'react'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { NARROWEST, widest } from './panel-width.ts'

const STEP = 24

/** The edge by which the panel is made wider, by pointer or arrow keys. */
export function PanelEdge({ width, onWidth }: { width: number; onWidth: (width: number) => void }) {
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onWidth(innerWidth - event.clientX)
  }
  const press = (event: KeyboardEvent) => {
    const to = { ArrowLeft: width + STEP, ArrowRight: width - STEP, Home: widest(), End: NARROWEST }[event.key]
    if (to === undefined) return
    event.preventDefault()
    onWidth(to)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule that can be moved is no hr
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={workspaceMessages.resize}
      aria-valuemin={NARROWEST}
      aria-valuemax={widest()}
      aria-valuenow={width}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={press}
      className="absolute inset-y-0 -left-1 z-10 w-2 cursor-col-resize touch-none -outline-offset-2 max-xl:hidden"
    />
  )
}
