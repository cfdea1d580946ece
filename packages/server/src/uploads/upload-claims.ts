import { type Db, isUploadTaken } from '@reynard/db'
import { AppError } from '@reynard/protocol'
import type { StoredUpload, UploadStore } from './upload-store.ts'

/** Uploads that somebody is about to take, so that nobody else takes them meanwhile. */
export type UploadClaims = {
  has(id: string): boolean
  /**
   * Claims the uploads that are named, all or none, until `free`. Throws `conflict` where one is being taken this moment, `not-found` where
   * one is gone, or a question has it (`details.uploads` names them).
   */
  claim(ownerId: string, ids: readonly string[]): Promise<{ uploads: StoredUpload[]; free(): void }>
}

/** Those of one server. */
export function createUploadClaims({ db, store }: { db: Db; store: Pick<UploadStore, 'find'> }): UploadClaims {
  const claimed = new Set<string>()
  return {
    has: (id) => claimed.has(id),
    async claim(ownerId, ids) {
      if (ids.some((id) => claimed.has(id))) {
        throw new AppError('conflict', 'A file of this question is being sent with another one. Attach it again.')
      }
      const free = () => {
        for (const id of ids) claimed.delete(id)
      }
      for (const id of ids) claimed.add(id)
      try {
        const uploads: StoredUpload[] = []
        const gone: string[] = []
        for (const id of ids) {
          const upload = (await isUploadTaken(db.kysely, id)) ? null : await store.find(ownerId, id)
          if (upload === null) gone.push(id)
          else uploads.push(upload)
        }
        if (gone.length === 0) return { uploads, free }
        throw new AppError('not-found', 'A file of this question is not here any more. Attach it again.', {
          details: { uploads: gone },
        })
      } catch (error) {
        free()
        throw error
      }
    },
  }
}
