import { type BeneathMode, hostMode } from './folder.ts'

/** Where file operations work, and by which rules. */
export type Place = {
  /** The folder that is never left. */
  root: string
  mode: BeneathMode
  /** Files with a second name somewhere may be opened, as in a project that pnpm has installed. */
  hardLinks: boolean
  /** Who files and folders that we make shall belong to, where the server is root and tools are not. */
  owner: { uid: number; gid: number } | undefined
  /** Whoever may enter the folder may read what is made in it, as where an editor makes it; else its owner alone. */
  shared: boolean
}

/** A place with the rules of an ordinary workspace. */
export function placeAt(root: string, rules: Partial<Omit<Place, 'root'>> = {}): Place {
  const { mode = hostMode, hardLinks = false, owner, shared = false } = rules
  return { root, mode, hardLinks, owner, shared }
}
