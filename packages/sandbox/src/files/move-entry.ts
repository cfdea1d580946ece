import { lstatSync, renameSync } from 'node:fs'
import { SandboxError } from '../sandbox-error.ts'
import { withFolder } from './folder.ts'
import { makeFolders } from './make-folders.ts'
import { newName, parseChangeablePath } from './path-rules.ts'
import type { Place } from './place.ts'
import type { Quota } from './quota.ts'

/**
 * Renames or moves a file, a folder or a link as such; folders of the new path are made. Returns the new path. Throws `not-found`,
 * `denied` where something is there already, `bad-path` for a folder into itself.
 */
export function moveEntry(place: Place, quota: Quota, from: string, to: string): string {
  const source = parseChangeablePath(from)
  const target = parseChangeablePath(to)
  const oldName = source.pop() ?? ''
  const name = newName(target.pop() ?? '')
  return withFolder(
    place.root,
    source,
    (oldFolder) => {
      if (!lstatSync(oldFolder.child(oldName), { throwIfNoEntry: false })) {
        throw new SandboxError('not-found', 'There is no such file or folder.')
      }
      const folders = makeFolders(place, quota, target)
      return withFolder(
        place.root,
        folders,
        (folder) => {
          if (lstatSync(folder.child(name), { throwIfNoEntry: false })) {
            throw new SandboxError('denied', 'There is something of this name already.')
          }
          renameSync(oldFolder.child(oldName), folder.child(name))
          return [...folders, name].join('/')
        },
        place.mode,
      )
    },
    place.mode,
  )
}
