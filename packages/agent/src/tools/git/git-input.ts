import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'

/** Parts of the work tree. The repository checks them once more, as paths and nothing else. */
export const pathsSchema = z.array(filePathSchema).max(200).default([]).describe('Only these files or folders')
/** A commit as a model names it; the repository takes nothing cleverer than these. */
export const revisionSchema = z
  .string()
  .min(1)
  .max(250)
  .describe('A commit id, branch, tag or HEAD, with ~1 for the one before')

/** The time of a commit, UTC to the minute. */
export function commitTime(atMs: number): string {
  const at = new Date(atMs)
  return Number.isNaN(at.getTime()) ? '?' : at.toISOString().slice(0, 16).replace('T', ' ')
}

export const shortId = (id: string) => id.slice(0, 8)
