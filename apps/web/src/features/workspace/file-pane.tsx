'use client'
import type { WorkspaceEntry } from '@reynard/protocol'
import { Pencil, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { Segments } from '../../components/segments.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { SaveFileLink } from '../chat/trail/save-file-link.tsx'
import { TitleField } from '../sidebar/title-field.tsx'
import { useFileActions } from './file-actions.ts'
import { FileChange } from './file-change.tsx'
import { FileHistory } from './file-history.tsx'
import { FilePreview } from './file-preview.tsx'
import { kindOfFile } from './kind-of-file.ts'
import { ScrollRegion } from './scroll-region.tsx'

const text = workspaceMessages
const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const

type FilePaneProps = {
  conversationId: string
  path: string
  type: WorkspaceEntry['type']
  /** It has another path now; null: it is gone, or was closed. */
  onPath: (path: string | null) => void
}

/** One file: its path, what one can do to it, and what is in it. */
export function FilePane({ conversationId, path, type, onPath }: FilePaneProps) {
  const [isMoving, setMoving] = useState(false)
  const [part, setPart] = useState<'preview' | 'change' | 'history'>('preview')
  const { move, remove, unpack, isUnpacking } = useFileActions(conversationId)
  const shown = plainText(path)
  return (
    <section aria-label={shown} className="flex min-h-0 flex-[2] flex-col border-t border-line">
      <div className="flex h-10 flex-none items-center gap-0.5 pr-3 pl-4 touch:h-12">
        {isMoving ? (
          <TitleField
            label={text.renameField(shown)}
            title={path}
            onDone={(to) => {
              setMoving(false)
              if (to !== null) move(path, to, onPath)
            }}
            className="h-7 min-w-0 flex-1 px-2 font-mono text-xs"
          />
        ) : (
          <h3 dir="auto" className="min-w-0 flex-1 truncate font-mono text-xs text-ink-2" title={shown}>
            {shown}
          </h3>
        )}
        {type === 'file' && <SaveFileLink path={path} conversationId={conversationId} />}
        <IconButton label={text.rename} side="top" onClick={() => setMoving(true)}>
          <Pencil {...ICON} />
        </IconButton>
        <IconButton label={text.delete} side="top" once onClick={() => remove(path, () => onPath(null))}>
          <Trash2 {...ICON} />
        </IconButton>
        <IconButton label={text.closeFile} side="top" onClick={() => onPath(null)}>
          <X {...ICON} />
        </IconButton>
      </div>
      {type === 'file' ? (
        kindOfFile(path) === 'archive' ? (
          <div className="grid justify-items-start gap-2 px-4 pb-3">
            <p className="text-sm text-ink-2">{text.archive}</p>
            <Button size="sm" disabled={isUnpacking} onClick={() => unpack(path, () => onPath(null))}>
              {isUnpacking ? text.unpacking : text.unpack}
            </Button>
          </div>
        ) : (
          <>
            <div className="flex-none px-4 pb-2">
              <Segments
                label={text.fileParts}
                value={part}
                options={[
                  { value: 'preview', label: text.preview },
                  { value: 'change', label: text.change },
                  { value: 'history', label: text.history },
                ]}
                onChange={setPart}
              />
            </div>
            {part === 'preview' && <FilePreview conversationId={conversationId} path={path} />}
            {part === 'change' && (
              <ScrollRegion label={text.changeOf(shown)}>
                <FileChange conversationId={conversationId} path={path} />
              </ScrollRegion>
            )}
            {part === 'history' && (
              <ScrollRegion label={text.historyOf(shown)}>
                <FileHistory conversationId={conversationId} path={path} />
              </ScrollRegion>
            )}
          </>
        )
      ) : (
        <p className="px-4 pb-3 text-sm text-ink-3">
          {type === 'folder' ? text.isFolder : type === 'link' ? text.isLink : text.isOther}
        </p>
      )}
    </section>
  )
}
