import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { z } from 'zod'

const sidecarSchema = z.object({
  url: z.string(),
  etag: z.string().nullable(),
  linkedSha256: z.string().nullable(),
  totalBytes: z.number().nullable(),
})
export type Sidecar = z.infer<typeof sidecarSchema>

/** What is here already, and how the server can tell whether it is still a part of its file. */
export type ResumePoint = { bytes: number; sidecar: Sidecar }

export const partPath = (path: string) => `${path}.part`
export const sidecarPath = (path: string) => `${path}.part.json`

/** @returns null where there is nothing to go on from: no part, one of another file, or one that no validator vouches for */
export async function readResumePoint(path: string, url: string): Promise<ResumePoint | null> {
  try {
    const { size } = await stat(partPath(path))
    const sidecar = sidecarSchema.parse(JSON.parse(await readFile(sidecarPath(path), 'utf8')))
    const vouched = sidecar.etag !== null || sidecar.linkedSha256 !== null
    return size > 0 && sidecar.url === url && vouched ? { bytes: size, sidecar } : null
  } catch {
    return null
  }
}

/** Writes down which file the part beside it belongs to. */
export async function writeSidecar(path: string, sidecar: Sidecar): Promise<void> {
  await writeFile(sidecarPath(path), JSON.stringify(sidecar))
}

/** Takes the part away and what was written down of it. */
export async function discardPart(path: string): Promise<void> {
  await rm(partPath(path), { force: true })
  await rm(sidecarPath(path), { force: true })
}
