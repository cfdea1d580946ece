import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/**
 * An empty database in memory that fetches no extension. Two threads: what a machine of this product has at least. `close` ends also a
 * query whose rows nobody reads any more: a process that ended around its threads would now and then abort.
 */
export async function openDatabase(): Promise<{ connection: DuckDBConnection; close(): void }> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '640MB',
    temp_directory: '',
    autoload_known_extensions: 'false',
    autoinstall_known_extensions: 'false',
    allow_community_extensions: 'false',
  })
  const connection = await instance.connect()
  return {
    connection,
    close() {
      connection.interrupt()
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** From here on nothing outside of the database can be read, written or loaded, and no setting brings that back. */
export async function lockDatabase(connection: DuckDBConnection): Promise<void> {
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
}
