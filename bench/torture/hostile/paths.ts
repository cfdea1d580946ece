import { SandboxError, type Workspace } from '@reynard/sandbox'
import { below, pick } from './chance.ts'
import type { HostileGroup } from './group.ts'

const segments = [
  '..',
  '.',
  '',
  'sub',
  'out',
  'outdir',
  '...',
  '%2e%2e',
  '．．',
  '‥',
  '~',
  'C:',
  'a\0b',
  'x'.repeat(256),
  '\u202e',
  '\ud800',
  '.git',
  'proc',
  'self',
  'root',
  'etc',
  'passwd',
  'canary',
  ' ',
  '-rf',
  '*',
]

/** The inputs 64 to 83, by everything that a workspace does with a path. */
export const paths: HostileGroup = {
  name: 'paths (64–83)',
  share: 4,
  open: async ({ random, workspace }) => ({
    async attack() {
      const parts = Array.from({ length: 1 + below(random, 8) }, () => pick(random, segments))
      const start = pick(random, ['', '/', '//', 'sub/', './', 'file://'])
      const path = start + parts.join(pick(random, ['/', '/', '/', '\\']))
      return { what: path, run: () => tryPath(workspace, path) }
    },
    async control() {
      await workspace.write('sub/plain.txt', 'plain')
      const { bytes } = await workspace.read('sub/plain.txt')
      await workspace.remove('sub/plain.txt')
      return Buffer.from(bytes).toString() === 'plain' ? null : 'a plain path is not read back'
    },
  }),
}

/** What is refused is told as well. */
async function tryPath(workspace: Workspace, path: string): Promise<string> {
  const tell = async (work: () => unknown): Promise<string> => {
    try {
      return JSON.stringify(await work()) ?? ''
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      return error.message
    }
  }
  const told = [
    await tell(async () => Buffer.from((await workspace.read(path)).bytes).toString()),
    await tell(() => workspace.list(path)),
    await tell(() => workspace.write(path, 'x')),
    await tell(() => workspace.append(path, 'x')),
    await tell(() => workspace.move(path, 'moved')),
    await tell(() => workspace.remove(path)),
  ]
  return told.join('\n')
}
