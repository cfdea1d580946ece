import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { nodeBinary } from './node-binary.mjs'
import { root } from './root.mjs'
import { runStep } from './run-step.mjs'

const web = join(root, 'apps', 'web')
const stamp = join(web, '.next', 'reynard-build')
const inputs = [
  'apps/web/src',
  'apps/web/public',
  'packages/protocol/src',
  'packages/client/src',
  'packages/server/src',
]
const files = [
  'pnpm-lock.yaml',
  'apps/web/package.json',
  'apps/web/next.config.mjs',
  'apps/web/postcss.config.mjs',
  'tsconfig.base.json',
]

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (!/\.test\.tsx?$/.test(entry.name)) yield path
  }
}

function sourceHash() {
  const hash = createHash('sha256')
  const add = (path) => hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0')
  for (const file of files) if (existsSync(join(root, file))) add(join(root, file))
  for (const folder of inputs)
    if (existsSync(join(root, folder))) for (const path of [...walk(join(root, folder))].sort()) add(path)
  return hash.digest('hex')
}

/**
 * Runs `next build` unless the pages were built from these very sources. Throws with the build's output on failure.
 * @param {AbortSignal} [signal] ends it with all that it has started
 */
export async function buildPages(signal) {
  const key = sourceHash()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return
  console.log('Building the pages: once, half a minute on a fast machine, up to five minutes on a small or busy one')
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  const next = join(web, 'node_modules', 'next', 'dist', 'bin', 'next')
  const result = await runStep('Building', nodeBinary(), [next, 'build'], { cwd: web, env, signal })
  if (result.code !== 0) throw new Error(buildFailure(result.output))
  writeFileSync(stamp, key)
  console.log(`Pages built in ${(result.ms / 1000).toFixed(1)} s`)
}

/** What a person is told of a build that failed. */
export function buildFailure(output) {
  if (/another next build process is already running/i.test(output)) {
    return 'Another start of Reynard is building the pages of this folder. Run the command again when that one is ready.'
  }
  const cause = /ENOSPC/.test(output) ? 'The disk is full: free about 200 MB and run the command again.' : ''
  return `${output}\nThe pages could not be built. ${cause}`
}
