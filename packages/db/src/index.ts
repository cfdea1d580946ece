export { LOCAL_OWNER_ID } from './migrations/0001-foundation.ts'
export { type Db, type OpenDatabaseOptions, openDatabase } from './open-database.ts'
export type { Database } from './schema.ts'
