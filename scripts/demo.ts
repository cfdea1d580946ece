import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * `npm run demo`: the real app on a scripted Ollama, with data of its own that goes when it ends. For screenshots and tours; no model is needed.
 */
const root = join(import.meta.dirname, '..')
const dataDir = mkdtempSync(join(tmpdir(), 'reynard-demo-'))
const fake = fork(join(root, 'packages', 'fake-ollama', 'src', 'main.ts'), ['--port', '0', '--rate', '40'])
const fakeUrl = await new Promise<string>((resolve, reject) => {
  fake.once('message', (message: { url: string }) => resolve(message.url))
  fake.once('exit', (code) => reject(new Error(`The scripted Ollama ended with code ${code}.`)))
})

const app = fork(join(root, 'apps', 'web', 'server.ts'), {
  env: {
    ...process.env,
    OLLAMA_BASE_URL: fakeUrl,
    REYNARD_ENGINE: 'ollama',
    REYNARD_DATA_DIR: dataDir,
    NODE_ENV: 'production',
  },
})
const stop = () => {
  if (app.connected) app.send({ type: 'stop' })
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
process.on('message', (message: { type?: string }) => message.type === 'stop' && stop())
process.on('disconnect', stop)
app.on('exit', (code) => {
  fake.kill()
  rmSync(dataDir, { recursive: true, force: true })
  process.exit(code ?? 1)
})
