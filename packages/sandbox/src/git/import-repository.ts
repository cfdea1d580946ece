import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { walkTree } from '../files/walk-tree.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { GitRunner } from './git-runner.ts'
import { type ImportedRefs, importThroughQuarantine, type Quarantine } from './quarantine.ts'
import { readRefs } from './read-refs.ts'

const object = /^objects\/(?:[0-9a-f]{2}\/[0-9a-f]{38}|pack\/pack-[0-9a-f]{40}\.(?:pack|idx))$/
const maxImportBytes = 1 << 30
const maxObjects = 200_000

/**
 * Imports an untrusted repository that lies at `path` of a workspace: its objects are copied file by file and looked at by git before they
 * are ours. Nothing else of it is read: no configuration, hook, index or attribute.
 */
export async function importRepository(
  git: GitRunner,
  source: Workspace,
  path: string,
  signal?: AbortSignal,
): Promise<ImportedRefs> {
  if (source.stat(path).type !== 'folder') {
    throw new SandboxError('denied', 'This repository is only a pointer to another one, which is not followed.')
  }
  if (source.find(`${path}/objects/info/alternates`) || source.find(`${path}/commondir`)) {
    throw new SandboxError('denied', 'This repository borrows its objects from another one, so it is not imported.')
  }
  const fill = async (quarantine: Quarantine) => {
    await copyObjects(source, path, quarantine, signal)
    return readRefs(source, path)
  }
  return importThroughQuarantine(git, fill, signal)
}

async function copyObjects(
  source: Workspace,
  path: string,
  { folder, adopt }: Quarantine,
  signal?: AbortSignal,
): Promise<void> {
  let left = maxImportBytes
  let count = 0
  for await (const entry of walkTree(source.root, [...path.split('/'), 'objects'], { depth: 2, signal })) {
    const name = `objects/${entry.path.map(String).join('/')}`
    if (!object.test(name)) continue
    const { stream, bytes } = source.stream(`${path}/${name}`)
    left -= bytes
    if (left < 0 || count++ >= maxObjects) {
      stream.destroy()
      throw new SandboxError(
        'too-large',
        `This repository is too large to be imported: ${maxImportBytes} bytes at most.`,
      )
    }
    const to = join(folder, name)
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
    await pipeline(stream, createWriteStream(to, { mode: 0o600, flags: 'wx' }))
    adopt(dirname(to))
    adopt(to)
  }
}
