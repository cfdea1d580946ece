import { existsSync, lstatSync, realpathSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import type { Bind } from '../bwrap/strict-profile.ts'
import { SandboxError } from '../sandbox-error.ts'

/** Where the sandbox shows them: what this machine calls its folders is nobody's business inside. */
const inside = '/reynard'

/** What L3 has to show so that a program of ours runs there, and how it is called there. */
export type LocatedProgram = { node: string; program: string; binds: Omit<Bind, 'writable'>[] }

/**
 * Finds what a Node program of this repository needs: the Node that runs us, the dependencies that pnpm keeps at the root, and of the
 * program's own package its links to them and the folder of sources that holds it. Nothing else of the repository, so neither `.env`
 * nor a data folder in it. Links of a package lead to the root's `node_modules` by relative paths, so all keep their places.
 * @throws {SandboxError} `unavailable` where the program lies in no installed package
 */
export function locateProgram(program: string): LocatedProgram {
  if (!existsSync(program)) throw new SandboxError('unavailable', 'This tool is not installed completely.')
  const file = realpathSync(program)
  const home = above(file, (folder) => existsSync(join(folder, 'package.json')))
  const root = home && above(join(home, 'package.json'), (folder) => existsSync(join(folder, 'node_modules', '.pnpm')))
  if (!home || !root)
    throw new SandboxError('unavailable', 'The dependencies of this tool are not installed: run npm start once.')
  const [sources = ''] = relative(home, file).split(sep)
  const node = process.execPath
  const parts = [
    join(root, 'node_modules'),
    join(home, 'package.json'),
    join(home, 'node_modules'),
    join(home, sources),
  ]
  const places = parts.filter((path, index) => existsSync(path) && parts.indexOf(path) === index)
  return {
    node: `${inside}/bin/node`,
    program: place(root, file),
    binds: [{ from: node, to: `${inside}/bin/node` }, ...places.map((from) => ({ from, to: place(root, from) }))],
  }
}

function place(root: string, path: string): string {
  return [inside, ...relative(root, path).split(sep)].join('/')
}

/** The nearest folder above a file of which something holds. */
function above(file: string, holds: (folder: string) => boolean): string | null {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (lstatSync(folder).isDirectory() && holds(folder)) return folder
    if (folder === dirname(folder)) return null
  }
}
