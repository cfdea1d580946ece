import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AppError } from '@reynard/protocol'
import { request } from 'undici'
import { z } from 'zod'
import { asDownloadError, errorOfStatus } from '../downloads/download-error.ts'
import { type DownloadProgress, downloadFile } from '../downloads/download-file.ts'
import type { GpuKind } from '../model-process/messages.ts'
import { readTar } from './read-tar.ts'

export type GpuPackagesOptions = {
  kind: GpuKind
  /** Packages stand below it as `VERSION/@node-llama-cpp/NAME`. */
  directory: string
  registry: string
  version: string
  signal: AbortSignal
  onProgress?: (progress: DownloadProgress & { name: string }) => void
  metadataMs?: number
}

const manifestSchema = z.object({
  version: z.string(),
  dist: z.object({ tarball: z.url(), integrity: z.string().regex(/^sha512-[A-Za-z0-9+/=]+$/) }),
})

/** Names of the packages that carry a GPU's build; the `-ext` one holds libraries that CUDA's build loads. None: it is installed anyway. */
export function gpuPackageNames(kind: GpuKind, platform: NodeJS.Platform = process.platform): string[] {
  if (kind === 'metal') return []
  const system = platform === 'win32' ? 'win-x64' : 'linux-x64'
  return kind === 'cuda' ? [`${system}-cuda`, `${system}-cuda-ext`] : [`${system}-vulkan`]
}

/** The folder to resolve `@node-llama-cpp/NAME` from, if all packages of this kind stand there whole. */
export async function installedGpuPackages({
  kind,
  directory,
  version,
}: Pick<GpuPackagesOptions, 'kind' | 'directory' | 'version'>) {
  const root = join(directory, version)
  for (const name of gpuPackageNames(kind)) {
    const manifest = await readFile(join(root, '@node-llama-cpp', name, 'package.json'), 'utf8').catch(() => '{}')
    if (!manifest.includes(`"${version}"`)) return null
  }
  return root
}

/**
 * Fetches the packages from the npm registry, each checked against the registry's integrity and unpacked in one step.
 * @returns the folder to resolve from @throws AppError
 */
export async function fetchGpuPackages(options: GpuPackagesOptions): Promise<string> {
  const { kind, directory, registry, version, signal, onProgress } = options
  const root = join(directory, version)
  for (const name of gpuPackageNames(kind)) {
    const place = join(root, '@node-llama-cpp', name)
    const installed = await readFile(join(place, 'package.json'), 'utf8').catch(() => null)
    if (installed?.includes(`"${version}"`)) continue
    const manifest = await readManifest(`${registry.replace(/\/$/, '')}/@node-llama-cpp/${name}/${version}`, options)
    const tarball = join(directory, `${name}-${version}.tgz`)
    await downloadFile({
      url: manifest.dist.tarball,
      path: tarball,
      checksum: {
        algorithm: 'sha512',
        hex: Buffer.from(manifest.dist.integrity.slice('sha512-'.length), 'base64').toString('hex'),
      },
      signal,
      onProgress: (progress) => onProgress?.({ ...progress, name }),
    })
    const unpacked = `${place}.unpacking`
    await rm(unpacked, { recursive: true, force: true })
    await unpack(tarball, unpacked)
    await rm(place, { recursive: true, force: true })
    await rename(unpacked, place)
    await rm(tarball, { force: true })
  }
  return root
}

async function readManifest(url: string, { signal, version, metadataMs = 15_000 }: GpuPackagesOptions) {
  try {
    const response = await request(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(metadataMs)]),
      headers: { accept: 'application/json' },
    })
    if (response.statusCode !== 200) throw errorOfStatus(response.statusCode, url, undefined)
    const manifest = manifestSchema.parse(await response.body.json())
    if (manifest.version !== version)
      throw new AppError('engine-failed', `The registry has version ${manifest.version} instead of ${version}.`)
    return manifest
  } catch (error) {
    if (signal.aborted) throw new AppError('aborted', 'The download was stopped.')
    throw asDownloadError(error, { url, path: '' })
  }
}

/** Entries of an npm tarball stand below one folder, whatever its name. Links and paths that lead out are refused. */
async function unpack(tarball: string, place: string) {
  const root = resolve(place)
  for await (const entry of readTar(createReadStream(tarball).pipe(createGunzip()))) {
    const path = resolve(root, entry.name.split('/').slice(1).join('/'))
    if (path !== root && !path.startsWith(root + sep))
      throw new AppError('engine-failed', `The package holds a path that leads out of it: ${entry.name}.`)
    await mkdir(dirname(path), { recursive: true })
    await pipeline(Readable.from(entry.content), createWriteStream(path, { mode: entry.mode & 0o755 }))
  }
}
