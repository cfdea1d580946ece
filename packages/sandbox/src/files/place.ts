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
}

/** A place with the rules of an ordinary workspace. */
export function placeAt(root: string, rules: Partial<Omit<Place, 'root'>> = {}): Place {
  return { root, mode: rules.mode ?? hostMode, hardLinks: rules.hardLinks ?? false, owner: rules.owner }
}
