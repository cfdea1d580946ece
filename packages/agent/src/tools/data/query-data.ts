import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { losslessFacts } from '../lossless-facts.ts'
import { defineTool, type ToolCallContext } from '../tool.ts'
import { dataFile, findDataFiles, nameTables } from './data-files.ts'
import { rowsAsText } from './rows-as-text.ts'
import { dataTimeoutMs, listTables, runDataProgram } from './run-data-program.ts'

/** What a person sees at most, and what is kept in the workspace of an answer that is longer. */
const shown = { rows: 1_000, characters: 400_000 }
/** Instead of that where no file can be written: what the model does not read of it is kept as any output is. */
const shownInFolder = { rows: 20_000, characters: 4_000_000 }
const kept = { rows: 200_000, bytes: 48_000_000 }
/** What the model reads: the rest is in the file. */
const toldRows = 100

/** SQL over files of data, as tables named after them. */
export const queryData = defineTool({
  name: 'query_data',
  group: 'data_analysis',
  effect: 'read',
  level: 'L3',
  description:
    'Runs one SQL SELECT (DuckDB) over CSV, TSV, JSON or Parquet files of the workspace. Each file is a table named after it: sales-2026.csv is sales_2026, order.csv is "order" in quotes. Returns rows; a long result is kept as a CSV file.',
  input: z.object({
    sql: z.string().min(1).max(20_000).describe('One SELECT in the dialect of DuckDB'),
    files: z
      .array(filePathSchema)
      .max(12)
      .optional()
      .describe('Only where the query does not name them, or they may hold secrets, as .env.json'),
    about: z.string().max(120).optional().describe('What it finds out, in a few words, for the person'),
  }),
  timeoutMs: dataTimeoutMs,
  title: ({ sql, files, about }) => {
    const what = files?.length === 1 ? files[0] : namedIn(sql)
    return {
      running: what ? `Querying ${what}`.slice(0, 120) : 'Querying data',
      done: what ? `Queried ${what}`.slice(0, 120) : 'Queried data',
      ...(about ? { detail: about } : { detail: sql.replaceAll(/\s+/g, ' ').trim().slice(0, 200), code: true }),
    }
  },
  reads: ({ files = [] }) => files,
  facts: async ({ sql }) => losslessFacts('query data', { kind: 'command', text: sql }),
  async execute({ sql, files }, context) {
    const { columns, rows, total, isCut, restPath, restBytes, tables } = await selectFrom({ sql, files }, context)
    const notes = tables.flatMap(({ path, note }) => (note === null ? [] : [`${path}: ${note}`]))
    const told = rows.slice(0, toldRows)
    const count = `${isCut ? 'More than ' : ''}${total} ${total === 1 ? 'row' : 'rows'}`
    const part = told.length < total ? `, the first ${told.length} are here` : ''
    const rest = restPath === null ? '' : ` ${isCut ? `The first ${total}` : 'All'} are in ${restPath}.`
    return {
      content: [`${count}${part}.${rest}`, ...notes, rowsAsText(columns, told)].join('\n'),
      display: {
        kind: 'table',
        columns,
        rows,
        totalRows: total,
        ...(restPath !== null && { file: { path: restPath, bytes: restBytes } }),
      },
      truncated: restPath === null ? isCut : told.length < total,
      ...(restPath === null && told.length < total && { full: rowsAsText(columns, rows, Number.POSITIVE_INFINITY) }),
    }
  },
})

type Asked = { sql: string; files?: string[] | undefined; rows?: number; keeps?: boolean }

/**
 * The rows of a query over files of the workspace; where there are more than `rows` all are kept as a file there, unless `keeps` is false.
 * @throws {Error} for the model: what is wrong with it and what there is
 */
export async function selectFrom({ sql, files, rows: asked, keeps = true }: Asked, context: ToolCallContext) {
  const { workspace, folder } = context.session
  const { rows, characters } = {
    ...(folder === null ? shown : shownInFolder),
    ...(asked !== undefined && { rows: asked }),
  }
  const sources = files?.length
    ? nameTables(files.map((path) => dataFile(workspace, path)))
    : await findDataFiles(context.session, sql, context.signal)
  if (sources.length === 0 && /\bfrom\b/i.test(sql) && !/\b(?:range|generate_series|values|unnest)\b/i.test(sql))
    throw new Error(listTables([]))
  // A folder of this machine is changed by what a person approved, and by nothing else.
  const rest = keeps && folder === null ? { path: `output/query-${randomBytes(4).toString('hex')}.csv`, ...kept } : null
  const question = { kind: 'select' as const, files: sources, sql, rows, characters, rest }
  const answer = await runDataProgram(question, context)
  if (answer.kind !== 'rows') throw new Error('The query gave no rows.')
  return answer
}

/** What a query reads, for its row. */
function namedIn(sql: string): string | undefined {
  return /\bfrom\s+(?:"([^"]{1,80})"|'([^']{1,80})'|([\p{L}_][\p{L}\p{N}_]{0,80})(?![\p{L}\p{N}_]|\s*\())/iu
    .exec(sql)
    ?.slice(1)
    .find(Boolean)
}
