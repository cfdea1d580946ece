'use client'
import { useEffect, useState } from 'react'
import { imageType } from '../lib/image-type.ts'
import { imageMessages } from '../lib/messages-images.ts'

const text = imageMessages
const MOST_BYTES = 25_000_000

type Shown = { kind: 'loading' } | { kind: 'image'; url: string } | { kind: 'note'; words: string }

type WorkspaceImageProps = {
  conversationId: string
  /** In the workspace. */
  path: string
  /** What can be seen. */
  alt: string
  /** Anything that is another when the file may have changed: it is fetched anew. */
  version?: string | number
  className?: string
}

/**
 * An image of a workspace. The server serves such files only to be saved, so it is fetched, its first bytes are looked at, and what is
 * drawn is a copy with the type that they say.
 */
export function WorkspaceImage({ conversationId, path, alt, version, className = '' }: WorkspaceImageProps) {
  const [shown, setShown] = useState<Shown>({ kind: 'loading' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is another file
  useEffect(() => {
    const leave = new AbortController()
    let url: string | null = null
    load(conversationId, path, leave.signal)
      .then((blob) => {
        url = URL.createObjectURL(blob)
        setShown({ kind: 'image', url })
      })
      .catch((error: unknown) => {
        if (leave.signal.aborted) return
        setShown({ kind: 'note', words: error instanceof ImageRefused ? error.message : text.gone })
      })
    return () => {
      leave.abort()
      if (url !== null) URL.revokeObjectURL(url)
    }
  }, [conversationId, path, version])

  if (shown.kind === 'note') return <p className="p-3.5 text-sm text-ink-3">{shown.words}</p>
  if (shown.kind === 'loading') return <p className="p-3.5 text-sm text-ink-3">{text.loading}</p>
  return (
    // White behind it in both themes: what is transparent was mostly drawn for paper.
    // biome-ignore lint/performance/noImgElement: a copy in memory, which no optimiser may see
    <img
      src={shown.url}
      alt={alt}
      onError={() => setShown({ kind: 'note', words: text.unreadable })}
      className={`block h-auto max-w-full bg-[#fff] ${className}`}
    />
  )
}

/** Its message is for the person. */
class ImageRefused extends Error {}

/** @throws {ImageRefused} for what is no image or too large */
async function load(conversationId: string, path: string, signal: AbortSignal): Promise<Blob> {
  const address = path.split('/').map(encodeURIComponent).join('/')
  const response = await fetch(`/api/files/${conversationId}/${address}`, { signal })
  if (!response.ok) throw new ImageRefused(text.gone)
  if (Number(response.headers.get('content-length') ?? 0) > MOST_BYTES) {
    await response.body?.cancel()
    throw new ImageRefused(text.tooLarge)
  }
  const bytes = new Uint8Array(await response.arrayBuffer())
  const type = imageType(bytes)
  if (type === null) throw new ImageRefused(text.unreadable)
  // Left meanwhile: an object URL made now would never be given back.
  signal.throwIfAborted()
  return new Blob([bytes], { type })
}
