import { globSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** Who may import whom. Tests, e2e and bench may import anything; `server (types)` is a type-only import. */
const arrows: Record<string, { runtime: string[]; types?: string[] }> = {
  protocol: { runtime: [] },
  sandbox: { runtime: [] },
  engine: { runtime: ['protocol'] },
  db: { runtime: ['protocol'] },
  agent: { runtime: ['engine', 'sandbox', 'protocol'] },
  server: { runtime: ['agent', 'engine', 'sandbox', 'db', 'protocol'] },
  client: { runtime: ['protocol'], types: ['server'] },
  'fake-ollama': { runtime: [] },
  web: { runtime: ['client', 'protocol'], types: ['server'] },
}
/** The one file of apps/web that may start the server. */
const serverEntry = join('apps', 'web', 'server.ts')

const root = join(import.meta.dirname, '..')
const statement =
  /^\s*(?:import|export)\s+(type\s)?[^'"]*?from\s+['"](@reynard\/[^'"]+)['"]|import\(\s*['"](@reynard\/[^'"]+)['"]\s*\)/gm
const isFree = (file: string) =>
  /\.test\.tsx?$/.test(file) || file.includes(`${sep}e2e${sep}`) || file.includes(`${sep}testing${sep}`)

/** Every import that goes against the arrows, as `file → package`, or leaves its own package by a relative path. */
export function findForbiddenImports(folder = root): string[] {
  const found: string[] = []
  for (const file of globSync('{packages,apps}/*/{*.ts,{src,e2e}/**/*.{ts,tsx}}', { cwd: folder })) {
    if (isFree(file)) continue
    const home = file.split(sep)[1] ?? ''
    const allowed = arrows[home]
    const source = readFileSync(join(folder, file), 'utf8')
    if (!allowed) {
      found.push(`${file}: the package ${home} has no line in scripts/check-graph.ts`)
      continue
    }
    for (const match of source.matchAll(statement)) {
      const target = (match[2] ?? match[3] ?? '').split('/')[1] ?? ''
      if (target === home || allowed.runtime.includes(target)) continue
      if (match[1] && allowed.types?.includes(target)) continue
      if (file === serverEntry && target === 'server') continue
      found.push(`${file} → ${target}`)
    }
    for (const match of source.matchAll(/from\s+['"](\.[^'"]+)['"]/g)) {
      const target = relative(folder, join(folder, file, '..', match[1] ?? ''))
      if (target.split(sep)[1] !== home) found.push(`${file} → ${target} (a path into another package)`)
    }
  }
  return found
}

if (import.meta.main) {
  const found = findForbiddenImports()
  for (const line of found) console.error(line)
  if (found.length > 0) console.error(`\n${found.length} imports go against the arrows of the house (ARCHITECTURE.md).`)
  process.exit(found.length > 0 ? 1 : 0)
}
