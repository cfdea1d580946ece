'use client'
import type { ProjectSource } from '@reynard/protocol'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field, Input } from '../../components/field.tsx'
import { Progress } from '../../components/progress.tsx'
import { Segments } from '../../components/segments.tsx'
import { chooseFile } from '../../lib/browser-files.ts'
import { messages } from '../../lib/messages.ts'
import { projectMessages } from '../../lib/messages-projects.ts'
import { useRole } from '../accounts/use-role.ts'
import { useChatAssistant } from '../assistants/use-assistants.ts'
import { overlayOpener } from '../shell/overlay.ts'
import { FolderChoice } from './folder-choice.tsx'
import { sendArchive } from './send-archive.ts'
import { CODER, useProjectActions } from './use-projects.ts'

const text = projectMessages
const WAYS = ['zip', 'git', 'folder'] as const

type BringProjectProps = {
  /** Null: a new chat begins with it. */
  conversationId: string | null
  onClose: () => void
}

/** The three ways in which real code gets into a chat. It goes on by itself once it has begun. */
export function BringProject({ conversationId, onClose }: BringProjectProps) {
  const router = useRouter()
  const { assistant } = useChatAssistant(conversationId)
  const { bring } = useProjectActions()
  const { isOwner } = useRole()
  const [way, setWay] = useState<ProjectSource['kind']>('zip')
  const [url, setUrl] = useState('')
  const [sending, setSending] = useState<{ name: string; part: number } | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const sendingEnds = useRef<AbortController>(null)
  useEffect(() => () => sendingEnds.current?.abort(), [])

  const begin = async (source: ProjectSource) => {
    setProblem(null)
    try {
      const id = conversationId === null ? (assistant?.id ?? CODER) : null
      const begun = await bring.mutateAsync({ conversationId, source, ...(id !== null && { assistant: id }) })
      onClose()
      router.push(`/chat/${begun.conversationId}`)
    } catch (error) {
      setProblem(error instanceof Error && error.message ? error.message : messages.common.failed)
    }
  }
  const sendZip = async () => {
    const file = await chooseFile('.zip,.tar,.tgz,.tar.gz,.gz,application/zip')
    if (!file) return
    setProblem(null)
    const ends = new AbortController()
    sendingEnds.current = ends
    setSending({ name: file.name, part: 0 })
    try {
      const uploadId = await sendArchive(file, (part) => setSending({ name: file.name, part }), ends.signal)
      await begin({ kind: 'zip', uploadId })
    } catch (error) {
      if (!ends.signal.aborted) setProblem(error instanceof Error ? error.message : text.broken)
    } finally {
      setSending(null)
    }
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={text.title} opener={overlayOpener}>
      <div className="grid gap-4 overflow-y-auto px-5 pb-5">
        <Segments
          label={text.way}
          value={way}
          onChange={(next) => {
            setWay(next)
            setProblem(null)
          }}
          options={WAYS.filter((value) => isOwner || value !== 'folder').map((value) => ({
            value,
            label: text.ways[value],
          }))}
        />
        {way === 'zip' && (
          <div className="grid justify-items-start gap-2">
            <p className="text-sm text-ink-2">{text.zipHelp}</p>
            <Button look="ink" disabled={sending !== null || bring.isPending} onClick={() => void sendZip()}>
              {text.chooseZip}
            </Button>
            {sending && (
              <div className="grid w-full gap-1 text-xs text-ink-3">
                <span className="truncate">{text.sending(sending.name)}</span>
                <Progress label={text.sending(sending.name)} value={sending.part} />
              </div>
            )}
          </div>
        )}
        {way === 'git' && (
          <form
            className="grid gap-3"
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              if (url.trim() !== '' && !bring.isPending) void begin({ kind: 'git', url: url.trim() })
            }}
          >
            <Field label={text.address} help={text.addressHelp} error={problem}>
              {(parts) => (
                <Input
                  {...parts}
                  type="url"
                  inputMode="url"
                  autoComplete="off"
                  spellCheck={false}
                  placeholder="https://"
                  value={url}
                  onChange={(event) => setUrl(event.target.value)}
                />
              )}
            </Field>
            <Button
              look="ink"
              type="submit"
              disabled={url.trim() === '' || bring.isPending}
              className="justify-self-start"
            >
              {text.fetch}
            </Button>
          </form>
        )}
        {way === 'folder' && (
          <FolderChoice isOff={bring.isPending} onChoose={(folderId) => void begin({ kind: 'folder', folderId })} />
        )}
        {way !== 'git' && problem && (
          <p role="alert" className="text-sm text-danger">
            {problem}
          </p>
        )}
        <p className="text-xs text-ink-3">{conversationId === null ? text.newChat : text.intoChat}</p>
      </div>
    </Dialog>
  )
}
