// npm run screenshots [-- --readme]: builds what is stale, then takes pictures of the real app (see apps/web/e2e/screenshots.ts).
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { buildPages } from './lib/build-pages.mjs'
import { installDependencies } from './lib/install.mjs'
import { nodeBinary } from './lib/node-binary.mjs'
import { root } from './lib/root.mjs'

await installDependencies()
await buildPages()
const program = join(root, 'apps', 'web', 'e2e', 'screenshots.ts')
const child = spawn(nodeBinary(), [program, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
