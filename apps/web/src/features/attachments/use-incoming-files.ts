'use client'
import { type RefObject, useEffect, useState } from 'react'
import { isTyping } from '../../lib/keys.ts'

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true

/** A part of the page that takes files for itself. */
const isTakenElsewhere = ({ target }: DragEvent) => target instanceof Element && target.closest('[data-drop]') !== null

/**
 * Takes files that are dropped anywhere on the page, or pasted where nobody types into something else. Answers whether some are being
 * dragged over it.
 */
export function useIncomingFiles(chat: string | null, field: RefObject<HTMLTextAreaElement | null>): boolean {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const leave = new AbortController()
    const on = { signal: leave.signal }
    // They can be read in the event itself only.
    const take = (transfer: DataTransfer) => {
      const items = [...transfer.items].filter(({ kind }) => kind === 'file')
      const isFolder = (item: DataTransferItem) => item.webkitGetAsEntry?.()?.isDirectory === true
      const hasFolder = items.some(isFolder)
      const files = items.flatMap((item) => (isFolder(item) ? [] : (item.getAsFile() ?? [])))
      void import('./upload-files.ts').then(({ addFiles, refuseFolders }) => {
        if (hasFolder) refuseFolders()
        addFiles(chat, files)
      })
    }
    addEventListener('dragenter', (event) => hasFiles(event) && setOver(!isTakenElsewhere(event)), on)
    // Leaving the window itself leads nowhere; leaving a part of it leads to another.
    addEventListener('dragleave', (event) => event.relatedTarget === null && setOver(false), on)
    addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault(), on)
    addEventListener(
      'drop',
      (event) => {
        setOver(false)
        // A part of the page that takes files for itself has taken them.
        if (event.defaultPrevented || !hasFiles(event) || event.dataTransfer === null) return
        event.preventDefault()
        if (document.querySelector('[role="dialog"]')) return
        take(event.dataTransfer)
        field.current?.focus({ preventScroll: true })
      },
      on,
    )
    addEventListener(
      'paste',
      (event) => {
        const { clipboardData, target } = event
        const isElsewhere = target !== field.current && target instanceof Element && isTyping(target)
        // A table copied out of a sheet comes as text and as a picture of it: the text is meant.
        const isText = clipboardData?.types.includes('text/plain') === true
        if (isElsewhere || isText || !clipboardData || clipboardData.files.length === 0) return
        event.preventDefault()
        take(clipboardData)
      },
      on,
    )
    return () => leave.abort()
  }, [chat, field])
  return isOver
}
