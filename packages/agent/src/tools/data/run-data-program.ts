import { join } from 'node:path'
import { SandboxError } from '@reynard/sandbox'
import type { ToolCallContext } from '../tool.ts'
import { type DataAnswer, type DataQuestion, dataAnswerSchema, type LoadedTable } from './data-answer.ts'
import { sqlName } from './sql-name.ts'

const program = join(import.meta.dirname, 'programs', 'data-program.ts')
const MiB = 1024 * 1024
const limits = { outputBytes: 8 * MiB, fileBytes: 64 * MiB }

/** What one call has for it. */
export const dataTimeoutMs = 30_000

type Answered = Exclude<DataAnswer, { kind: 'error' }>

/**
 * Asks DuckDB behind L3.
 * @throws {Error} for the model: what is wrong with the file or the query, and what there is instead
 */
export async function runDataProgram(
  question: DataQuestion,
  { sandbox, session, signal, timeoutMs }: Pick<ToolCallContext, 'sandbox' | 'session' | 'signal' | 'timeoutMs'>,
): Promise<Answered> {
  const keeps = question.kind === 'select' && question.rest !== null
  try {
    const answer = await sandbox.runNode({
      program,
      input: question,
      output: dataAnswerSchema,
      // Rows beyond those that are shown become a file.
      workspaceWritable: keeps,
      // It counts on several cores.
      limits: { ...limits, timeoutMs, cpuSeconds: Math.ceil((timeoutMs / 1000) * 1.3) },
      signal,
    })
    if (answer.kind === 'error') throw toError(answer)
    return answer
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'crashed')
      throw new Error(`${error.message} Ask for less at once: fewer columns, shorter texts, a filter.`, {
        cause: error,
      })
    throw error
  } finally {
    if (keeps) await session.workspace.recount()
  }
}

function toError({ stage, message, tables }: Extract<DataAnswer, { kind: 'error' }>): Error {
  const words = message.replaceAll('/workspace/', '').trim()
  switch (stage) {
    case 'load':
      return new Error(`The file could not be read as a table. ${words}`)
    case 'check':
      return new Error(words)
    case 'query': {
      const isOutside = /disabled|permission error|access/i.test(words)
      const rule = 'a query reads only the tables here, no files, addresses or settings.'
      return isOutside
        ? new SandboxError('denied', `${rule}\n${listTables(tables)}`)
        : new Error(`${words}\n${listTables(tables)}`)
    }
    default:
      return stage satisfies never
  }
}

/** What there is to ask for, as SQL reads it. */
export function listTables(tables: readonly LoadedTable[]): string {
  if (tables.length === 0) return 'There is no table: the workspace has no CSV, TSV, JSON or Parquet file.'
  return tables
    .map(({ name, path, columns, note }) => {
      const list = columns.map((column) => `${sqlName(column.name)} ${column.type.slice(0, 80)}`).join(', ')
      return `Table ${sqlName(name)} (${path}): ${list}${note === null ? '' : `. ${note}`}`
    })
    .join('\n')
}
