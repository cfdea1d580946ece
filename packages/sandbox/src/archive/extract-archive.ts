import type { Workspace } from '../files/workspace.ts'
import { extractTar } from './extract-tar.ts'
import { extractZip } from './extract-zip.ts'
import type { Extracted, ExtractOptions } from './write-plan.ts'

const tarName = /\.(?:tar|tar\.gz|tgz)$/i

/** The name of an archive without what says that it is one. */
export const archiveStem = (path: string): string => path.replace(/\.(?:zip|tar|tar\.gz|tgz)$/i, '')

/** Unpacks a zip, a tar or a gzipped tar, told apart by its name; see `extractZip` and `extractTar`. */
export function extractArchive(workspace: Workspace, path: string, options: ExtractOptions = {}): Promise<Extracted> {
  return tarName.test(path) ? extractTar(workspace, path, options) : extractZip(workspace, path, options)
}
