// Runs one of our TypeScript programs on the Node of the lockfile: node scripts/launch.mjs FILE [arguments].
import { spawn } from 'node:child_process'
import process from 'node:process'
import { installDependencies } from './lib/install.mjs'
import { nodeBinary } from './lib/node-binary.mjs'

await installDependencies()
const child = spawn(nodeBinary(), process.argv.slice(2), { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
