'use client'
import type { PDFDocumentProxy } from 'pdfjs-dist'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { openPdf } from './open-pdf.ts'
import { ScrollRegion } from './scroll-region.tsx'

const text = workspaceMessages
const MOST_BYTES = 32_000_000
/** Wider than the panel gets, on a screen of two pixels for one. */
const WIDTH = 1_200
const MOST_HEIGHT = 4_000

type Opened = { kind: 'reading' } | { kind: 'open'; pdf: PDFDocumentProxy } | { kind: 'note'; words: string }

/** A PDF, one page at a time as a picture. */
export function PdfPages({ conversationId, path }: { conversationId: string; path: string }) {
  const [opened, setOpened] = useState<Opened>({ kind: 'reading' })
  const [page, setPage] = useState(1)
  useEffect(() => {
    const leave = new AbortController()
    load(conversationId, path, leave.signal)
      .then(async (bytes) => {
        if (bytes === null) return setOpened({ kind: 'note', words: text.pdfTooLarge(MOST_BYTES) })
        const pdf = await openPdf(bytes, leave.signal)
        if (!leave.signal.aborted) setOpened({ kind: 'open', pdf })
      })
      .catch(() => !leave.signal.aborted && setOpened({ kind: 'note', words: text.pagesFailed }))
    return () => leave.abort()
  }, [conversationId, path])
  if (opened.kind === 'reading') return <p className="px-4 pb-3 text-sm text-ink-3">{text.reading}</p>
  if (opened.kind === 'note') return <p className="px-4 pb-3 text-sm text-ink-2">{opened.words}</p>
  const { pdf } = opened
  return (
    <>
      <ScrollRegion label={text.contentOf(plainText(path))}>
        <PdfPage key={page} pdf={pdf} page={page} path={path} />
      </ScrollRegion>
      <div className="flex flex-none flex-wrap items-center gap-2 border-t border-line px-4 py-1.5 text-xs text-ink-3">
        <span className="min-w-0 flex-1">{text.pageOf(page, pdf.numPages)}</span>
        <Button size="sm" look="ghost" disabled={page <= 1} onClick={() => setPage(page - 1)}>
          {text.previousPage}
        </Button>
        <Button size="sm" disabled={page >= pdf.numPages} onClick={() => setPage(page + 1)}>
          {text.nextPage}
        </Button>
      </div>
    </>
  )
}

function PdfPage({ pdf, page, path }: { pdf: PDFDocumentProxy; page: number; path: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [state, setState] = useState<'drawing' | 'drawn' | 'failed'>('drawing')
  useEffect(() => {
    let stop = () => {}
    let isGone = false
    async function draw() {
      const one = await pdf.getPage(page)
      const target = canvas.current
      if (isGone || target === null) return
      const whole = one.getViewport({ scale: 1 })
      const viewport = one.getViewport({ scale: Math.min(WIDTH / whole.width, MOST_HEIGHT / whole.height) })
      target.width = Math.max(1, Math.floor(viewport.width))
      target.height = Math.max(1, Math.floor(viewport.height))
      const task = one.render({ canvas: target, viewport })
      stop = () => task.cancel()
      await task.promise
      setState('drawn')
    }
    draw().catch(() => !isGone && setState('failed'))
    return () => {
      isGone = true
      stop()
    }
  }, [pdf, page])
  return (
    <>
      {state === 'drawing' && <p className="text-sm text-ink-3">{text.reading}</p>}
      {state === 'failed' && <p className="text-sm text-ink-2">{text.pagesFailed}</p>}
      <canvas
        ref={canvas}
        {...(state === 'drawn' && { role: 'img', 'aria-label': text.pageImage(page, plainText(path)) })}
        className={`h-auto w-full rounded-card bg-[white] ring ring-line ${state === 'drawn' ? '' : 'invisible'}`}
      />
    </>
  )
}

/** Null: it is too large. */
async function load(
  conversationId: string,
  path: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const name = path.split('/').map(encodeURIComponent).join('/')
  const answer = await fetch(`/api/files/${conversationId}/${name}`, { signal })
  if (!answer.ok) throw new Error('gone')
  if (Number(answer.headers.get('content-length')) > MOST_BYTES) {
    await answer.body?.cancel()
    return null
  }
  return new Uint8Array(await answer.arrayBuffer())
}
