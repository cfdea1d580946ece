export { openBareDuckDb } from './bare-duckdb.ts'
export { openToolKit, type ToolKit } from './tool-kit.ts'
