import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * node-llama-cpp looks its binaries up by importing `@node-llama-cpp/NAME`. The GPU ones are not installed with it but fetched into
 * the data folder, which may be writable where node_modules is not: this makes that import find them, in this process.
 */
export function resolveGpuPackagesFrom(directory: string) {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier.startsWith('@node-llama-cpp/')) {
        const entry = join(directory, specifier, 'dist', 'index.js')
        if (existsSync(entry)) return { url: pathToFileURL(entry).href, format: 'module', shortCircuit: true }
      }
      return next(specifier, context)
    },
  })
}
