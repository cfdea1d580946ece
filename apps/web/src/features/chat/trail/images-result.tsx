'use client'
import { use } from 'react'
import { WorkspaceImage } from '../../../components/workspace-image.tsx'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { ChatProvider } from '../chat-context.ts'
import { Artefact } from './artefact.tsx'
import { SaveFileLink } from './save-file-link.tsx'

type ImagesResultProps = {
  images: readonly { path: string; bytes: number; alt: string }[]
  /** Changes when the files may have. */
  version: string
}

/** Images of the workspace, one below the other, as they are there now. */
export function ImagesResult({ images, version }: ImagesResultProps) {
  const chat = use(ChatProvider)
  return images.map(({ path, bytes, alt }) => (
    <Artefact
      key={path}
      heading={
        <>
          <span className="min-w-0 truncate font-mono">{plainText(path)}</span>
          <span className="flex-none">{toolMessages.file(bytes)}</span>
        </>
      }
      actions={<SaveFileLink path={path} />}
    >
      {chat !== null && (
        <div className="flex justify-center border-t border-line bg-well">
          <WorkspaceImage
            conversationId={chat.conversationId}
            path={path}
            alt={plainText(alt)}
            version={version}
            className="max-h-140 object-contain"
          />
        </div>
      )}
    </Artefact>
  ))
}
