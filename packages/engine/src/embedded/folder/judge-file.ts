import type { UnusableModel } from '@reynard/protocol'
import { knownArchitectures } from './architectures.ts'
import type { GgufHeader } from './gguf-header.ts'

/** A file that was written to so lately is taken for one that is still being copied. Milliseconds. */
const copyingMs = 15_000

export type Problem = Pick<UnusableModel, 'state' | 'problem'>

/** What a folder holds of one model: its bytes, how many of its parts are missing, when any of them was written last. */
export type FileState = { sizeBytes: number; missingParts: readonly string[]; quietMs: number }

/** Why no model can be made of a file, with the way out; null where one can, as far as its header tells. */
export function judgeFile(header: GgufHeader | 'no-gguf' | 'cut-off', file: FileState): Problem | null {
  const { sizeBytes, missingParts, quietMs } = file
  const isEarly = header === 'cut-off' || (header !== 'no-gguf' && sizeBytes < header.completeBytes)
  if (isEarly || header === 'no-gguf' || missingParts.length > 0) {
    if (quietMs < copyingMs) {
      const problem = `Still being copied, ${megabytes(sizeBytes)} so far. It shows up by itself when it is whole.`
      return { state: 'arriving', problem }
    }
  }
  if (header === 'no-gguf') {
    return unusable('It is no GGUF file that llama.cpp reads, or it is damaged. Download it again, or remove it.')
  }
  if (isEarly) {
    const whole = header === 'cut-off' ? '' : ` of ${megabytes(header.completeBytes)}`
    return unusable(`It ends early, after ${megabytes(sizeBytes)}${whole}. Copy or download it again.`)
  }
  if (missingParts.length > 0) {
    return unusable(`Its other parts are missing: ${missingParts.join(', ')}. Put them beside it.`)
  }
  const architecture = header.metadata.get('general.architecture')
  if (architecture === 'clip') {
    return unusable('It is the part of another model that reads pictures, and answers nothing by itself.')
  }
  if (typeof architecture !== 'string' || !knownArchitectures.has(architecture)) {
    const kind =
      architecture === undefined ? 'does not say what kind of model it is' : `is of the kind "${architecture}"`
    return unusable(`It ${kind}, which this llama.cpp does not know. Choose another model, or update Reynard.`)
  }
  return null
}

/** For a file that looks well and that llama.cpp would not load. */
export const refusedByLlama: Problem = unusable(
  'llama.cpp could not load it: it is damaged, or made for another version. Download it again, or choose another model.',
)

function unusable(problem: string): Problem {
  return { state: 'unusable', problem }
}

function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
}
