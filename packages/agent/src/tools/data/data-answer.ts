import { z } from 'zod'

/** Formats that DuckDB reads by itself. */
export type DataFormat = 'csv' | 'json' | 'parquet'

/**
 * A file of the workspace, and the table that it becomes. `also`: further names that it answers to. `isAsked`: without it there is no
 * answer; others are left out where they can't be read.
 */
export type DataFile = { path: string; table: string; also: string[]; format: DataFormat; isAsked: boolean }

/** What the program behind the wall is asked. Sizes in bytes and characters; `rest` is where all rows are written when not all can be shown; null ends the query there instead. */
export type DataQuestion = { files: DataFile[] } & (
  | { kind: 'describe' }
  | {
      kind: 'select'
      sql: string
      rows: number
      characters: number
      rest: { path: string; rows: number; bytes: number } | null
    }
)

const cellSchema = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type Cell = z.infer<typeof cellSchema>

const tableSchema = z.object({
  name: z.string(),
  path: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  /** What had to be done to read the file; null where it was read as it is. */
  note: z.string().nullable(),
})
export type LoadedTable = z.infer<typeof tableSchema>

const describedColumnSchema = z.object({
  name: z.string(),
  type: z.string(),
  missing: z.number(),
  /** About so many different values; null where they can't be compared. */
  distinct: z.number().nullable(),
  min: z.string().nullable(),
  max: z.string().nullable(),
  mean: z.number().nullable(),
  /** All values with their counts, where there are few. */
  values: z.array(z.object({ value: z.string(), count: z.number() })).nullable(),
})
export type DescribedColumn = z.infer<typeof describedColumnSchema>

const rowsSchema = z.object({ columns: z.array(z.string()), rows: z.array(z.array(cellSchema)) })

/** What the program says. It has read what an attacker wrote, so its words are an attacker's. */
export const dataAnswerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('description'),
    rows: z.number(),
    columns: z.array(describedColumnSchema),
    sample: rowsSchema,
    table: tableSchema,
  }),
  rowsSchema.extend({
    kind: z.literal('rows'),
    /** How many there are; at least so many where `isCut`. */
    total: z.number(),
    isCut: z.boolean(),
    /** File with all rows that were counted; null where all are here. */
    restPath: z.string().nullable(),
    restBytes: z.number(),
    tables: z.array(tableSchema),
  }),
  /** `load`: a file could not be read. `check`: it is no single SELECT. `query`: DuckDB refused it. */
  z.object({
    kind: z.literal('error'),
    stage: z.enum(['load', 'check', 'query']),
    message: z.string(),
    tables: z.array(tableSchema),
  }),
])
export type DataAnswer = z.infer<typeof dataAnswerSchema>
