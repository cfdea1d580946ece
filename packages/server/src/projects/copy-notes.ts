import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FolderChange } from '@reynard/agent'
import { z } from 'zod'

const noteSchema = z.object({
  filledAt: z.number(),
  inode: z.number(),
  changes: z.array(z.object({ path: z.string(), change: z.enum(['added', 'modified', 'deleted']) })),
})
const copyId = /^[0-9a-f]{8}$/

/** A copy of a folder in which a run changed something, as the model was told. No program works in it any more. */
export type ToldCopy = {
  id: string
  root: string
  /** When it was made, in milliseconds. */
  filledAt: number
  /** Of its root: another folder under its name is not this copy. */
  inode: number
  changes: FolderChange[]
}

/** What is known of the copies, beside them where no program gets: a call that waits for a yes needs it after a restart too. */
export class CopyNotes {
  readonly #copies: string
  readonly #notes: string

  /** `home`: of the workspace. */
  constructor(home: string) {
    this.#copies = join(home, 'copies')
    this.#notes = join(home, 'copy-notes')
  }

  /** Where a copy lies. */
  rootOf(id: string): string {
    return join(this.#copies, id)
  }

  /** Whether it still lies where it was made. */
  isThere({ root, inode }: ToldCopy): boolean {
    return lstatSync(root, { throwIfNoEntry: false })?.ino === inode
  }

  /** Before the copy is told of: of one without a note nobody knows. */
  write({ id, filledAt, inode, changes }: ToldCopy): void {
    mkdirSync(this.#notes, { recursive: true, mode: 0o700 })
    writeFileSync(join(this.#notes, id), JSON.stringify({ filledAt, inode, changes }), { mode: 0o600 })
  }

  /** Those that an earlier process told of, and that are still there. */
  read(): ToldCopy[] {
    const names = existsSync(this.#notes) ? readdirSync(this.#notes).filter((name) => copyId.test(name)) : []
    return names.flatMap((id) => this.#readOne(id) ?? []).filter((copy) => this.isThere(copy))
  }

  remove(id: string): void {
    rmSync(join(this.#notes, id), { force: true })
  }

  /** Everything that lies there under the name of a copy or a note. */
  names(): string[] {
    const names = [this.#copies, this.#notes].flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
    return [...new Set(names)]
  }

  #readOne(id: string): ToldCopy | null {
    try {
      const note = noteSchema.parse(JSON.parse(readFileSync(join(this.#notes, id), 'utf8')))
      return { id, root: this.rootOf(id), ...note }
    } catch {
      // A note that a crash left half written was told to nobody.
      return null
    }
  }
}
