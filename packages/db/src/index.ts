export type { Database } from './schema.ts'
