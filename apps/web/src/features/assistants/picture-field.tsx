'use client'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { chooseFile } from '../../lib/browser-files.ts'
import { assistantPageMessages as text } from '../../lib/messages-assistant-pages.ts'
import { makePicture } from './make-picture.ts'

type PictureFieldProps = { picture: string | null; onChange: (picture: string | null) => void }

/** A picture instead of the letter: chosen, changed, or taken away again. */
export function PictureField({ picture, onChange }: PictureFieldProps) {
  const [isUnreadable, setUnreadable] = useState(false)

  async function choose() {
    const file = await chooseFile('image/png,image/jpeg,image/webp,image/gif,image/avif')
    if (!file) return
    const made = await makePicture(file)
    setUnreadable(made === null)
    if (made !== null) onChange(made)
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button size="sm" onClick={() => void choose()}>
        {picture === null ? text.choosePicture : text.changePicture}
      </Button>
      {picture !== null && (
        <Button size="sm" look="ghost" onClick={() => onChange(null)}>
          {text.removePicture}
        </Button>
      )}
      <p role="status" className={isUnreadable ? 'text-xs text-danger' : 'text-xs text-ink-3'}>
        {isUnreadable ? text.pictureUnreadable : text.pictureHelp}
      </p>
    </div>
  )
}
