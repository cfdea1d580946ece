import { availableParallelism } from 'node:os'

/**
 * How many threads evaluate tokens: all cores but one, at most eight, at least one.
 *
 * llama.cpp's threads spin at barriers and all wait for the slowest. A thread that shares its core with anything else (this server,
 * a browser) holds up the others: on two cores, SmolLM2-135M gave 134 tokens/s with one thread on a quiet machine; with two it gave
 * 65, and 0.3 beside a busy process. The core left over is the server's. Beyond eight, generation is bound by memory, not by cores.
 */
export function threadsFor(setting: 'auto' | number, cores: number = availableParallelism()): number {
  if (setting !== 'auto') return Math.max(1, Math.floor(setting))
  return Math.max(1, Math.min(8, cores - 1))
}
