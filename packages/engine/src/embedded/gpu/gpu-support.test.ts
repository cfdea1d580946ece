import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DetectedGpu } from './detect-gpu.ts'
import { gpuPackageNames } from './gpu-packages.ts'
import { createGpuSupport, type GpuSupport, type GpuSupportOptions } from './gpu-support.ts'

const version = '9.9.9'
const nvidia: DetectedGpu = { kind: 'cuda', name: 'NVIDIA Test', memoryBytes: 8e9 }
const names = gpuPackageNames('cuda')
let registry: StandInRegistry
let directory: string
const opened: GpuSupport[] = []

beforeEach(async () => {
  registry = await startRegistry()
  directory = await mkdtemp(join(tmpdir(), 'reynard-gpu-'))
})
afterEach(async () => {
  for (const support of opened.splice(0)) support.close()
  await registry.close()
  await rm(directory, { recursive: true, force: true })
})

function open(options: Partial<GpuSupportOptions> = {}) {
  const told = { ready: 0, changes: 0 }
  const support = createGpuSupport({
    setting: 'auto',
    directory,
    registry: registry.url,
    version,
    detect: async () => nvidia,
    onChange: () => told.changes++,
    onReady: () => told.ready++,
    log: () => {},
    ...options,
  })
  opened.push(support)
  return { support, told }
}

describe('the build for a graphics card', () => {
  test('is fetched, checked and put where the child resolves it', async () => {
    const { support, told } = open()
    expect(support.current()).toEqual({ kind: null, packagesDir: null })
    await support.settled
    expect(support.current()).toEqual({ kind: 'cuda', packagesDir: join(directory, version) })
    expect(told.ready).toBe(1)
    expect(support.download()).toMatchObject({ kind: 'gpu-binary', state: 'done', label: 'llama.cpp for NVIDIA Test' })
    for (const name of names) {
      const place = join(directory, version, '@node-llama-cpp', name)
      expect(await readFile(join(place, 'dist', 'index.js'), 'utf8')).toBe(`export const name = '${name}'\n`)
      expect(await readFile(join(place, 'bins', 'a-folder-with-a-long-name'.repeat(4), 'lib.so'), 'utf8')).toBe(
        'x'.repeat(70_000),
      )
    }
    expect((await readdir(directory)).sort()).toEqual([version])
  })

  test('is found by the import that llama.cpp’s binding makes', async () => {
    await open().support.settled
    const hook = new URL('./resolve-gpu-packages.ts', import.meta.url).href
    const script = `
      const { resolveGpuPackagesFrom } = await import(${JSON.stringify(hook)})
      resolveGpuPackagesFrom(${JSON.stringify(join(directory, version))})
      const { name } = await import('@node-llama-cpp/${names[1]}')
      process.stdout.write(name)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    expect(stdout).toBe(names[1])
  })

  test('is not fetched again at the next start', async () => {
    await open().support.settled
    const asked = registry.asked.length
    const { support } = open()
    await support.settled
    expect(support.current().kind).toBe('cuda')
    expect(registry.asked).toHaveLength(asked)
  })

  test('is not fetched where there is no card, nor where it is switched off', async () => {
    await open({ detect: async () => null }).support.settled
    await open({ setting: 'off' }).support.settled
    expect(registry.asked).toEqual([])
    expect(await readdir(directory)).toEqual([])
  })

  test('that is not what the registry vouches for is thrown away, and the processor answers', async () => {
    registry.lies = true
    const { support } = open()
    await support.settled
    expect(support.current()).toEqual({ kind: null, packagesDir: null })
    expect(support.note()).toMatch(/checksum.*The processor answers instead\./s)
    expect(support.download()).toMatchObject({ state: 'failed', error: { code: 'engine-failed' } })
  })

  test('whose version the registry does not have leaves the processor', async () => {
    const { support } = open({ version: '1.0.0' })
    await support.settled
    expect(support.current().kind).toBeNull()
    expect(support.note()).toContain('The GPU is not used')
  })

  test('that does not load is not tried again', async () => {
    const { support } = open()
    await support.settled
    const info = { loadMs: 1, contextTokens: 1, sequences: 1, threads: 1, gpu: null, memoryBytes: 1 }
    support.loaded({ ...info, note: 'The cuda build does not run here.' })
    expect(support.current().kind).toBeNull()
    expect(support.note()).toBe('The cuda build does not run here.')
  })
})

type StandInRegistry = { url: string; asked: string[]; lies: boolean; close(): Promise<void> }

/** An npm registry with the two packages in one version; a tarball of a few files each. */
async function startRegistry(): Promise<StandInRegistry> {
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    registry.asked.push(path)
    const name = names.find((each) => path.startsWith(`/@node-llama-cpp/${each}/`))
    if (!name) return response.writeHead(404).end()
    const tarball = packageTarball(name)
    if (path.endsWith('.tgz')) return response.end(registry.lies ? packageTarball('other') : tarball)
    if (!path.endsWith(`/${version}`)) return response.writeHead(404).end()
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    const dist = { tarball: `${registry.url}/@node-llama-cpp/${name}/-/${name}-${version}.tgz`, integrity }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ version, dist }))
  })
  const registry: StandInRegistry = { url: await listen(server), asked: [], lies: false, close: () => stop(server) }
  return registry
}

function packageTarball(name: string): Buffer {
  const long = `package/bins/${'a-folder-with-a-long-name'.repeat(4)}/lib.so`
  const files = [
    tarEntry('package/package.json', JSON.stringify({ name, version })),
    tarEntry('package/dist/index.js', `export const name = '${name}'\n`),
    tarEntry('././@LongLink', `${long}\0`, 'L'),
    tarEntry(long.slice(0, 100), 'x'.repeat(70_000)),
  ]
  return gzipSync(Buffer.concat([...files, Buffer.alloc(1024)]))
}

function tarEntry(name: string, content: string, type = '0'): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(type, 156)
  header.write('ustar\0', 257)
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)])
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function stop(server: Server) {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
