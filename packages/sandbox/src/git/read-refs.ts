import { walkTree } from '../files/walk-tree.ts'
import type { Workspace } from '../files/workspace.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { ForeignRefs } from './quarantine.ts'

const maxRefs = 20_000
const oid = /^[0-9a-f]{40}$/
const refName = /^refs\/(?:heads|tags|remotes)\/[^\p{Cc}\s~^:?*[\\]{1,200}$/u
const clever = /\.\.|@\{|\/\/|\/\.|\.(?:$|\/)|\.lock(?:$|\/)|\/-|\/$/

/** Whether a name of a foreign repository is one that git itself would take, of a branch or a tag. */
export function isForeignRef(name: string): boolean {
  return refName.test(name) && !clever.test(name)
}

/** The text of a packed-refs file. */
export function packedRefs(refs: ReadonlyMap<string, string>): string {
  const sorted = [...refs].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `# pack-refs with: sorted \n${sorted.map(([name, id]) => `${id} ${name}\n`).join('')}`
}

/** Branches, tags and remote branches, from both places where git keeps them. Names that git would not take itself are left out. */
export async function readRefs(source: Workspace, path: string): Promise<ForeignRefs> {
  const refs = new Map<string, string>()
  const keep = (name: string, id: string) => {
    if (!oid.test(id) || !isForeignRef(name)) return
    if (refs.size >= maxRefs)
      throw new SandboxError('too-many', `This repository has more than ${maxRefs} branches and tags.`)
    refs.set(name, id)
  }
  for (const line of (await text(source, `${path}/packed-refs`, 8 << 20)).split('\n')) {
    const [id = '', name = ''] = line.split(' ')
    keep(name, id)
  }
  if (source.find(`${path}/refs`)) {
    for await (const entry of walkTree(source.root, [...path.split('/'), 'refs'], {
      depth: 12,
      maxEntries: maxRefs * 2,
    })) {
      if (!entry.stats.isFile()) continue
      const name = `refs/${entry.path.map(String).join('/')}`
      if (refName.test(name)) keep(name, (await text(source, `${path}/${name}`, 1000)).trim())
    }
  }
  const head = /^ref: refs\/heads\/(.+)\n?$/.exec(await text(source, `${path}/HEAD`, 1000))?.[1]
  const shallow = (await text(source, `${path}/shallow`, 1 << 20)).split('\n').filter((line) => oid.test(line))
  return { refs, head: head && !head.startsWith('-') && isForeignRef(`refs/heads/${head}`) ? head : undefined, shallow }
}

async function text(source: Workspace, path: string, maxBytes: number): Promise<string> {
  if (source.find(path)?.type !== 'file') return ''
  return (await source.read(path, { length: maxBytes })).bytes.toString()
}
