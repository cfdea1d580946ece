import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'

const manifestSchema = z.object({ version: z.string() })
let known: string | null = null

/** The version of node-llama-cpp that is installed; its binaries must have the very same. Read without loading the package. */
export function llamaVersion(): string {
  if (known === null) {
    const entry = createRequire(import.meta.url).resolve('node-llama-cpp')
    const manifest = new URL('../package.json', pathToFileURL(entry))
    known = manifestSchema.parse(JSON.parse(readFileSync(manifest, 'utf8'))).version
  }
  return known
}
