// What a container image holds, made in `/image` from the sources beside it: the pages as built, the packages that run, nothing that
// only builds or tests. Called by the Dockerfile; it changes the folder that it runs in.
import { cpSync, globSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { buildPages } from './lib/build-pages.mjs'
import { installDependencies, pnpmCommand } from './lib/install.mjs'
import { root } from './lib/root.mjs'
import { runStep } from './lib/run-step.mjs'

const image = '/image'
const buildOnly = [
  // Compiles pages.
  'node_modules/.pnpm/@next+swc-*',
  // Shrinks images, which our pages have switched off.
  'node_modules/.pnpm/@img+sharp-*',
  'node_modules/.pnpm/next@*/node_modules/next/dist/compiled/@next/font',
  'node_modules/.pnpm/node-llama-cpp@*/node_modules/node-llama-cpp/llama',
  `node_modules/.pnpm/@node-llama-cpp+linux-${process.arch === 'x64' ? 'arm64' : 'x64'}@*`,
  'node_modules/.pnpm/@node-llama-cpp+{mac,win}-*',
  'node_modules/.pnpm/@node-llama-cpp+linux-{armv7l,riscv64,ppc64le}@*',
  // Came with a package's wish for them: tests, compilers, a canvas. The pages hold their icons and fonts already.
  'node_modules/.pnpm/{playwright,playwright-core,@playwright+*,@rolldown+*,@oxlint-tsgolint+*,lightningcss*,@napi-rs+canvas*}@*',
  'node_modules/.pnpm/{lucide-react,caniuse-lite}@*',
  // Read by people and debuggers.
  'node_modules/.pnpm/**/*.{map,md,d.ts,d.mts,d.cts}',
  'node_modules/.pnpm/next@*/node_modules/next/dist/docs',
  'node_modules/.pnpm/typescript@*',
  'node_modules/.pnpm/@typescript+*',
  'apps/web/.next/{cache,types,trace*,diagnostics}',
  'packages/fake-ollama',
  'scripts/{demo.ts,tour,test*,screenshots.mjs,check-graph.ts,build-image.mjs}',
]

async function step(label, command) {
  const result = await runStep(label, command.file, command.args, { cwd: root, env: process.env, shell: command.shell })
  if (result.code !== 0) throw new Error(`${label} failed:\n${result.output}`)
}

await installDependencies()
await buildPages()
for (const folder of globSync(['node_modules', '{apps,packages}/*/node_modules'], { cwd: root }))
  rmSync(join(root, folder), { recursive: true, force: true })
await step('Installing what runs', pnpmCommand(['install', '--prod', '--frozen-lockfile', '--ignore-scripts']))
for (const path of globSync(buildOnly, { cwd: root })) rmSync(join(root, path), { recursive: true, force: true })
for (const path of globSync('{apps,packages}/*/{src,e2e}/**/*.test.{ts,tsx}', { cwd: root })) rmSync(join(root, path))
for (const path of ['apps', 'packages', 'scripts', 'deploy', 'node_modules', 'package.json', 'LICENSE'])
  cpSync(join(root, path), join(image, path), { recursive: true, verbatimSymlinks: true })
