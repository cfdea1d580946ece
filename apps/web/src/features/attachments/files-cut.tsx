import type { RunView } from '@reynard/protocol'
import { FileText } from 'lucide-react'
import { Note } from '../../components/note.tsx'
import { attachmentMessages } from '../../lib/messages-attachments.ts'
import { plainText } from '../../lib/plain-text.ts'
import { ICON } from '../chat/trail-row.tsx'

/** The files of the question that did not fit, and how much of each the model was given. */
export function FilesCut({ context }: { context: NonNullable<RunView['context']> }) {
  return context.filesCut?.map(({ path, shown, of }) => (
    <Note key={path} tone="warning" icon={<FileText {...ICON} />}>
      <b>{plainText(path)}</b> {attachmentMessages.cutFile(shown, of)}
    </Note>
  ))
}
