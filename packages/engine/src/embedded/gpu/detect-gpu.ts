import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { GpuKind } from '../model-process/messages.ts'

export type DetectedGpu = { kind: GpuKind; name: string; memoryBytes: number | null }

const run = promisify(execFile)
const probeMs = 5000

/**
 * What this machine could compute on besides its processor, or null. NVIDIA is believed when its driver answers (`nvidia-smi`), a
 * Vulkan device when the system lists a real one; software renderers (llvmpipe) are slower than llama.cpp on the processor.
 */
export async function detectGpu(): Promise<DetectedGpu | null> {
  if (process.platform === 'darwin')
    return process.arch === 'arm64' ? { kind: 'metal', name: 'Apple GPU', memoryBytes: null } : null
  if (process.arch !== 'x64') return null
  return (await detectNvidia()) ?? (await detectVulkan())
}

async function detectNvidia(): Promise<DetectedGpu | null> {
  const output = await ask('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'])
  const [name, mebibytes] = (output?.split('\n')[0] ?? '').split(',').map((cell) => cell.trim())
  if (!name || !mebibytes) return null
  const memory = Number(mebibytes)
  return { kind: 'cuda', name, memoryBytes: Number.isFinite(memory) ? memory * 1024 * 1024 : null }
}

/** `vulkaninfo` says most; without it, a driver manifest beside a render node of the kernel must do. */
async function detectVulkan(): Promise<DetectedGpu | null> {
  const summary = await ask('vulkaninfo', ['--summary'])
  if (summary !== null) {
    const devices = [...summary.matchAll(/deviceType\s*=\s*PHYSICAL_DEVICE_TYPE_(\w+)[\s\S]*?deviceName\s*=\s*(.+)/g)]
    const real = devices.find(([, type]) => type === 'DISCRETE_GPU' || type === 'INTEGRATED_GPU')
    return real ? { kind: 'vulkan', name: real[2]?.trim() ?? 'Vulkan GPU', memoryBytes: null } : null
  }
  if (process.platform !== 'linux') return null
  const nodes = await readdir('/dev/dri').catch(() => [])
  if (!nodes.some((node) => node.startsWith('renderD'))) return null
  const manifests = await Promise.all(
    ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].map((folder) => readdir(folder).catch(() => [])),
  )
  const hasDriver = manifests.flat().some((file) => file.endsWith('.json') && !/lvp|llvmpipe|swrast/.test(file))
  return hasDriver ? { kind: 'vulkan', name: 'Vulkan GPU', memoryBytes: null } : null
}

const npmConfigSchema = z.string().trim().pipe(z.url())

/** The registry that npm is set up with, for a machine behind a mirror. */
export async function npmRegistry(): Promise<string | null> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const answer = npmConfigSchema.safeParse((await ask(npm, ['config', 'get', 'registry'])) ?? '')
  return answer.success ? answer.data : null
}

/** @returns standard output, or null where the program is not there, fails or does not answer in time */
async function ask(program: string, parameters: string[]): Promise<string | null> {
  try {
    const shell = program.endsWith('.cmd')
    const { stdout } = await run(program, parameters, { timeout: probeMs, windowsHide: true, shell })
    return stdout
  } catch {
    return null
  }
}
