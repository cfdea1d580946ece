'use client'
import { Plus } from 'lucide-react'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { IconButton } from '../../components/button.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { useAddFiles } from './use-add-files.ts'

const text = workspaceMessages
const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')

/** A part that takes files by drop, and a button that asks for them; `children` is given the button. */
export function AddFiles({
  conversationId,
  children,
}: {
  conversationId: string
  children: (button: ReactNode) => ReactNode
}) {
  const { count, add } = useAddFiles(conversationId)
  const [isOver, setOver] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const button = (
    <IconButton label={text.addFiles} onClick={() => field.current?.click()}>
      <Plus size={16} strokeWidth={1.75} aria-hidden />
    </IconButton>
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first
    <div
      data-drop="workspace"
      className="relative flex min-h-0 flex-1 flex-col"
      onDragEnter={(event) => hasFiles(event) && setOver(true)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDragLeave={(event) => {
        const to = event.relatedTarget
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false)
      }}
      onDrop={(event) => {
        setOver(false)
        if (!hasFiles(event)) return
        event.preventDefault()
        add([...event.dataTransfer.files])
      }}
    >
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label={text.addFiles}
        onChange={({ currentTarget }) => {
          add([...(currentTarget.files ?? [])])
          currentTarget.value = ''
        }}
      />
      {children(button)}
      <p role="status" className="flex-none px-4 text-xs text-ink-3 not-empty:py-1.5">
        {count > 0 && text.uploading(count)}
      </p>
      {isOver && (
        <div className="pointer-events-none absolute inset-2 z-50 grid place-items-center rounded-sheet border-2 border-dashed border-line-control bg-panel">
          <p className="text-md font-mid">{text.drop}</p>
        </div>
      )}
    </div>
  )
}
