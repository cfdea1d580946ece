import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './root.mjs'
import { runStep } from './run-step.mjs'

const stamp = join(root, 'node_modules', '.reynard-lockfile')

/** The pnpm that the repository pins, as a command without a shell where npm says where it lives. */
export function pnpmCommand(args) {
  const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
  const npx = process.env.npm_execpath ? join(dirname(process.env.npm_execpath), 'npx-cli.js') : ''
  if (npx && existsSync(npx)) return { file: process.execPath, args: [npx, '--yes', pnpm, ...args], shell: false }
  return { file: 'npx', args: ['--yes', pnpm, ...args], shell: process.platform === 'win32' }
}

/**
 * Installs exactly what the lockfile says, unless that is what is there already. Throws a sentence on failure.
 * @param {AbortSignal} [signal] ends it with all that it has started
 */
export async function installDependencies(signal) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex')
  const key = `${lock} ${process.platform}-${process.arch}`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return
  console.log('Installing dependencies')
  const command = pnpmCommand(['install', '--frozen-lockfile'])
  const env = { ...process.env, NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' }
  const options = { cwd: root, env, shell: command.shell, signal }
  const result = await runStep('Installing', command.file, command.args, options)
  if (result.code !== 0) {
    const tail = result.output.split('\n').slice(-25).join('\n')
    const cause = /ENOSPC/.test(tail)
      ? 'The disk is full: free about 1.5 GB and run the command again.'
      : /EACCES|EROFS|EPERM/.test(tail)
        ? `The folder ${root} can't be written: copy the project to a folder of yours.`
        : 'The package registry may be out of reach: check the connection (npm ping) and run the command again.'
    throw new Error(`${tail}\n\nThe dependencies could not be installed. ${cause}`)
  }
  writeFileSync(stamp, key)
  console.log(`Dependencies installed in ${(result.ms / 1000).toFixed(1)} s`)
}
