import type { Workspace } from '@reynard/sandbox'
import { mayHoldSecrets } from '../files/secret-files.ts'
import type { ToolSession } from '../tool-session.ts'
import type { DataFile, DataFormat } from './data-answer.ts'

const formats: Record<string, DataFormat> = {
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  txt: 'csv',
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
  parquet: 'parquet',
}
/** Read when a query names it, but not guessed at: most texts are no tables, and results of queries are many. */
const onlyWhenNamed = /\.txt(?:\.gz)?$|^output\/query-/i
const mostFiles = 12
const mostBytes = 400_000_000

/** What can be read as a table, by the end of its name; undefined for anything else. */
function formatOf(path: string): DataFormat | undefined {
  const [, ending = ''] = /\.([a-z]+)(?:\.gz)?$/i.exec(path) ?? []
  return formats[ending.toLowerCase()]
}

/**
 * A file of the workspace that can be read as a table.
 * @throws {Error} for what is none or too large, and `SandboxError`s for what is not there
 */
export function dataFile(workspace: Workspace, path: string): Omit<DataFile, 'table' | 'also'> {
  const entry = workspace.stat(path)
  if (entry.type !== 'file') throw new Error(`${path} is no file.`)
  const format = formatOf(entry.path)
  if (format === undefined)
    throw new Error(`${path} is no CSV, TSV, JSON or Parquet file. Use a tool that understands its format.`)
  if (entry.bytes > mostBytes)
    throw new Error(`${path} is too large to be read whole. Use run_python and read it in parts.`)
  return { path: entry.path, format, isAsked: true }
}

/**
 * The files that a query speaks of: by path, by name, or by the name of their table. All there are where it names none. In a folder of
 * this machine those that may hold secrets are none of them: a call has to name such a file where a person can be asked about it.
 */
export async function findDataFiles(
  { workspace, folder }: Pick<ToolSession, 'workspace' | 'folder'>,
  sql: string,
  signal: AbortSignal,
): Promise<DataFile[]> {
  const { entries } = await workspace.list('.', { depth: 8, maxEntries: 5_000, skip: ['node_modules', '.git'], signal })
  const files = entries.filter(
    ({ type, path, bytes }) =>
      type === 'file' && formatOf(path) && bytes <= mostBytes && (folder === null || !mayHoldSecrets(path)),
  )
  const words = sql.toLowerCase()
  const isNamed = ({ path }: { path: string }) =>
    [path, baseName(path), stem(path), tableName(path)].some((name) => words.includes(name.toLowerCase()))
  const named = files.filter(isNamed)
  const isAsked = named.length > 0
  const found = isAsked ? named : files.filter(({ path }) => !onlyWhenNamed.test(path))
  return nameTables(found.slice(0, mostFiles).map(({ path }) => ({ ...dataFile(workspace, path), isAsked })))
}

/** Gives each file its table: named after the file, and numbered where two files have one name. */
export function nameTables(files: readonly Omit<DataFile, 'table' | 'also'>[]): DataFile[] {
  const taken = new Set<string>()
  const take = (name: string) => {
    const isFree = !taken.has(name.toLowerCase())
    taken.add(name.toLowerCase())
    return isFree
  }
  const named = files.map((file) => {
    let table = tableName(file.path)
    for (let number = 2; !take(table); number++) table = `${tableName(file.path)}_${number}`
    return { ...file, table }
  })
  return named.map((file) => ({
    ...file,
    // What models write from habit: FROM 'orders.csv'.
    also: [file.path, baseName(file.path), stem(file.path), ...(files.length === 1 ? ['data'] : [])].filter(take),
  }))
}

function baseName(path: string): string {
  return path.split('/').at(-1) ?? path
}

function stem(path: string): string {
  return baseName(path).replace(/(?:\.[a-z]+)?\.[a-z]+$/i, '') || baseName(path)
}

function tableName(path: string): string {
  const name = stem(path)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 60)
  return /^\p{L}/u.test(name) ? name : `t_${name}`
}
