import { join, posix } from 'node:path'
import { SandboxError } from '@reynard/sandbox'
import { mayHoldSecrets } from '../files/secret-files.ts'
import type { ToolCallContext, ToolOutput } from '../tool.ts'
import { type AnalysisAnswer, type AnalysisQuestion, analysisAnswerSchema, type Cell } from './analysis-answer.ts'
import { lintConfig, lintConfigPath } from './lint/lint-config.ts'

const program = join(import.meta.dirname, 'programs', 'analysis-program.ts')
const MiB = 1024 * 1024
const outputBytes = 16 * MiB

/** What one call has for it. */
export const analysisTimeoutMs = 30_000

/** Without what follows from where it is asked, of each kind of question by itself. */
type Asked = AnalysisQuestion extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'leavesOutSecrets'>
    : never
  : never
type Answered = Exclude<AnalysisAnswer, { kind: 'refused' }>

/**
 * Asks the analysers behind L3.
 * @throws {Error} for the model: what is wrong with the path or the question, or that the tool crashed
 */
export async function runAnalysis(
  question: Asked,
  { sandbox, session, signal, timeoutMs }: Pick<ToolCallContext, 'sandbox' | 'session' | 'signal' | 'timeoutMs'>,
): Promise<Answered> {
  const path = posix.normalize(question.path).replace(/\/+$/, '') || '.'
  if (path !== '.' && session.workspace.find(path) === undefined)
    throw new Error(`There is no ${path} in the workspace.`)
  try {
    const answer = await sandbox.runNode({
      program,
      // One that is named was asked about where it had to be.
      input: { ...question, path, leavesOutSecrets: session.folder !== null && !mayHoldSecrets(question.path) },
      output: analysisAnswerSchema,
      files: question.kind === 'lint' ? { [lintConfigPath]: lintConfig } : {},
      limits: { outputBytes, timeoutMs, cpuSeconds: Math.ceil((timeoutMs / 1000) * 1.3) },
      signal,
    })
    if (answer.kind === 'refused') throw new Error(answer.message)
    return answer
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'crashed')
      throw new Error(`${error.message} A file may be what it can't bear: name another file or folder.`, {
        cause: error,
      })
    throw error
  }
}

/** Rows for the person as a table, for the model as lines. `none` is said where there are none. */
export function tableOf(
  columns: string[],
  answer: Extract<AnalysisAnswer, { kind: 'rows' }>,
  none: string,
): ToolOutput {
  const { rows, total, files, notes } = answer
  const head = files === 0 ? 'There is no file of a language that is known here.' : total === 0 ? none : null
  const more = total > rows.length ? [`… ${total - rows.length} more: name a folder or a file.`] : []
  const lines = rows.map((row) => row.map(cellText).filter(Boolean).join('  '))
  const content = [...(head ? [head] : [columns.join('  '), ...lines]), ...more, ...notes].join('\n')
  if (head) return { content, display: { kind: 'text', text: [head, ...notes].join('\n') } }
  return { content, display: { kind: 'table', columns, rows, totalRows: total }, truncated: total > rows.length }
}

const cellText = (cell: Cell) => (cell === null ? '' : String(cell))
