import { attachmentMessages } from '../../lib/messages-attachments.ts'
import { showToast } from '../../lib/toast.ts'
import { draftOf, joined } from '../chat/use-draft.ts'
import { draftFiles } from './draft-files.ts'

/** In characters. A text that is pasted and as long as that is read better as a file. */
export const LONG_PASTE = 8_000

/** Attaches a text to the draft of a chat as a file. It comes into the field where there is no room for another file, and by Undo. */
export async function attachText(chat: string | null, pasted: string): Promise<void> {
  const { addFiles, removeFile } = await import('./upload-files.ts')
  const draft = draftOf(chat)
  const write = () => draft.write(draft.text() === '' ? pasted : joined(draft.text(), pasted))
  const before = draftFiles.get(chat).filter(({ name }) => name.startsWith(attachmentMessages.pasted)).length
  const name = `${attachmentMessages.pasted}${before === 0 ? '' : ` ${before + 1}`}.txt`
  const [key] = addFiles(chat, [new File([pasted], name, { type: 'text/plain' })])
  if (key === undefined) return write()
  showToast(attachmentMessages.pastedAsFile(pasted.length), () => {
    const file = draftFiles.get(chat).find((one) => one.key === key && !one.isSent)
    // It may have gone with the question meanwhile.
    if (file === undefined) return
    removeFile(chat, file)
    write()
  })
}
