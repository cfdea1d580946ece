import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/** The Node that came with the lockfile (24.x). Throws a sentence when the install left it out. */
export function nodeBinary() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const path = join(root, 'node_modules', 'node', 'bin', name)
  if (!existsSync(path))
    throw new Error(`The runtime is missing at ${path}. Delete node_modules and run the command again.`)
  return path
}
