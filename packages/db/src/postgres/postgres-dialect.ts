import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
} from 'kysely'
import { toParameters } from '../parameters.ts'
import { postgresError } from './postgres-error.ts'

/** Kysely's Postgres dialect, with parameters and errors as the SQLite dialect has them. */
export class OurPostgresDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig

  constructor(config: PostgresDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new OurPostgresDriver(this.#config)
  }
}

class OurPostgresDriver extends PostgresDriver {
  readonly #prepared = new WeakSet<DatabaseConnection>()

  override async acquireConnection() {
    const connection = await super.acquireConnection().catch((error: unknown) => {
      throw postgresError(error)
    })
    // The driver gives the same object for the same connection of the pool.
    if (this.#prepared.has(connection)) return connection
    this.#prepared.add(connection)
    const execute = connection.executeQuery.bind(connection)
    connection.executeQuery = async <Row>(query: CompiledQuery) => {
      try {
        return await execute<Row>({ ...query, parameters: toParameters(query.parameters) })
      } catch (error) {
        throw postgresError(error)
      }
    }
    return connection
  }
}
