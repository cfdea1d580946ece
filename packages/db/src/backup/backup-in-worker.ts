import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { AppError } from '@reynard/protocol'
import type { BackupOptions } from './backup-database.ts'

/** `backupDatabase` on a thread of its own: reading a large file over, to see that it is sound, would hold up every token. */
export async function backupInWorker(options: BackupOptions): Promise<string> {
  const worker = new Worker(new URL('./backup-worker.ts', import.meta.url), { workerData: options, name: 'backup' })
  try {
    const [reply]: { file?: string; problem?: string }[] = await once(worker, 'message')
    if (reply?.file !== undefined) return reply.file
    throw new AppError('conflict', reply?.problem ?? 'The backup was not made.')
  } finally {
    await worker.terminate()
  }
}
