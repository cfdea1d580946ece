import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/** An empty database in memory that fetches no extension. Two threads: what a machine of this product has at least. */
export async function openDatabase(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '640MB',
    temp_directory: '',
    autoload_known_extensions: 'false',
    autoinstall_known_extensions: 'false',
    allow_community_extensions: 'false',
  })
  return await instance.connect()
}

/** From here on nothing outside of the database can be read, written or loaded, and no setting brings that back. */
export async function lockDatabase(connection: DuckDBConnection): Promise<void> {
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
}
