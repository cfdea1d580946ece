import { parentPort, workerData } from 'node:worker_threads'
import { backupDatabase } from './backup-database.ts'

try {
  parentPort?.postMessage({ file: await backupDatabase(workerData) })
} catch (error) {
  parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) })
}
