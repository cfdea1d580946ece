'use client'
import { Folder } from 'lucide-react'
import { projectMessages } from '../../lib/messages-projects.ts'
import { plainText } from '../../lib/plain-text.ts'
import { RegisterFolder } from './register-folder.tsx'
import { useFolders } from './use-projects.ts'

const text = projectMessages

type FolderChoiceProps = { isOff: boolean; onChoose: (folderId: string) => void }

/** Registered folders, one button each; what can't be used says why. */
export function FolderChoice({ isOff, onChoose }: FolderChoiceProps) {
  const { data: folders } = useFolders()
  return (
    <div className="grid grid-cols-1 gap-2">
      <p className="text-sm text-ink-2">{text.folderHelp}</p>
      {folders?.length === 0 && <p className="text-sm">{text.noFolders}</p>}
      <ul className="grid w-full gap-1">
        {folders?.map(({ id, path, problem }) => (
          <li key={id}>
            <button
              type="button"
              aria-disabled={isOff || problem !== null || undefined}
              onClick={() => !isOff && problem === null && onChoose(id)}
              className="flex min-h-11 w-full min-w-0 items-center gap-2.5 rounded-row px-2.5 py-1.5 text-left text-sm hover:bg-hover aria-disabled:opacity-60"
            >
              <Folder size={16} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
              <span className="min-w-0">
                <span className="sr-only">{text.workIn} </span>
                <span className="block font-mono [overflow-wrap:anywhere]">{plainText(path)}</span>
                {problem && <span className="block text-xs text-warning">{plainText(problem)}</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <RegisterFolder label={text.addAndUse} onRegistered={({ id }) => onChoose(id)} />
    </div>
  )
}
