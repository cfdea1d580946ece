import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from '../stream/child.ts'
import { makeTempFolder } from '../temp-folder.ts'

const bench = join(import.meta.dirname, '..')

/** A fake Ollama and a server in processes of their own; the server may be killed and started again on the same data. */
export async function startStack() {
  const fake = await startChild<{ url: string }>(join(bench, '..', 'packages', 'fake-ollama', 'src', 'main.ts'), [
    '--port',
    '0',
    '--rate',
    '100',
    '--parallel',
    '200',
    '--models',
    'torture:latest',
  ])
  const dataDir = makeTempFolder('reynard-torture-')
  const startServer = () =>
    startChild<{ url: string }>(join(bench, 'stream', 'server-process.ts'), [], {
      LOG_LEVEL: 'error',
      REYNARD_DATA_DIR: dataDir,
      REYNARD_ENGINE: 'ollama',
      REYNARD_STARTER: 'off',
      OLLAMA_BASE_URL: fake.hello.url,
      OLLAMA_MAX_CONCURRENT_REQUESTS: '200',
      REYNARD_MODEL_SLOTS: '200',
    })
  return {
    dataDir,
    startServer,
    async stop() {
      await fake.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
export type Stack = Awaited<ReturnType<typeof startStack>>
