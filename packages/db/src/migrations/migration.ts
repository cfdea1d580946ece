export type Dialect = 'sqlite' | 'postgres'

/** One step of the schema, never edited once released. `statements` are run in order, all steps in one transaction. */
export type Migration = {
  version: number
  name: string
  statements: (dialect: Dialect) => string[]
}
