'use client'
import { Paperclip } from 'lucide-react'
import { createPortal } from 'react-dom'
import { attachmentMessages } from '../../lib/messages-attachments.ts'

/** Lies over the whole chat while files are dragged: wherever they are let go, they are attached. */
export function DropTarget() {
  const main = document.getElementById('main') ?? document.body
  const { left, top, width, height } = main.getBoundingClientRect()
  return createPortal(
    <div
      aria-hidden
      style={{ left, top, width, height }}
      className="pointer-events-none fixed z-40 grid place-items-center bg-canvas/95 p-4"
    >
      <div
        data-edge=""
        className="grid size-full place-content-center justify-items-center gap-2 rounded-sheet border-2 border-dashed border-line-control"
      >
        <Paperclip size={24} strokeWidth={1.75} className="text-ink-2" />
        <p className="text-h3 font-strong text-ink">{attachmentMessages.drop}</p>
        <p className="text-sm text-ink-2">{attachmentMessages.dropHelp}</p>
      </div>
    </div>,
    document.body,
  )
}
