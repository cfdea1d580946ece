import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { buildPages } from './build-pages.mjs'
import { installDependencies } from './install.mjs'
import { nodeBinary } from './node-binary.mjs'
import { onEndWanted } from './on-end-wanted.mjs'
import { root } from './root.mjs'
import { supervise } from './supervise.mjs'

/** @param {string[]} flags `--dev`: pages reload as they change. `--demo`: on a scripted Ollama, with data of its own. */
export async function start(flags) {
  const dev = flags.includes('--dev')
  const steps = new AbortController()
  let stop = () => steps.abort(new Error('Stopped before the server was started.'))
  onEndWanted(() => stop())
  try {
    accessSync(root, constants.W_OK)
  } catch {
    throw new Error(`The folder ${root} can't be written. Copy the project to a folder of yours, or change its owner.`)
  }
  await installDependencies(steps.signal)
  if (!dev) await buildPages(steps.signal)
  steps.signal.throwIfAborted()
  const program = flags.includes('--demo') ? join(root, 'scripts', 'demo.ts') : join(root, 'apps', 'web', 'server.ts')
  stop = supervise(nodeBinary(), [program, ...(dev ? ['--dev'] : [])], {
    cwd: root,
    env: { ...process.env, NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
}
