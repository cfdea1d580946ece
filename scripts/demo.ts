import { fork } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askTour } from './tour/ask-tour.ts'

/**
 * `npm run demo`: the real app on a scripted Ollama, with a tour: chats with the assistants that are under way. Its data goes when it ends,
 * unless REYNARD_DATA_DIR names a folder for it.
 */
const root = join(import.meta.dirname, '..')
const ownDir = process.env.REYNARD_DATA_DIR
const dataDir = ownDir ?? mkdtempSync(join(tmpdir(), 'reynard-demo-'))
const isFirst = ownDir === undefined || !existsSync(join(dataDir, 'reynard.db'))
const fake = fork(join(root, 'packages', 'fake-ollama', 'src', 'main.ts'), ['--port', '0', '--rate', '40'])
const fakeUrl = await new Promise<string>((resolve, reject) => {
  fake.once('message', (message: { url: string }) => resolve(message.url))
  fake.once('exit', (code) => reject(new Error(`The scripted Ollama ended with code ${code}.`)))
})

const app = fork(join(root, 'apps', 'web', 'server.ts'), {
  env: {
    ...process.env,
    OLLAMA_BASE_URL: fakeUrl,
    OLLAMA_DEFAULT_MODEL: 'llama3.2:3b',
    REYNARD_ENGINE: 'ollama',
    REYNARD_DATA_DIR: dataDir,
    NODE_ENV: 'production',
  },
})
app.on('message', (message: { type?: string; url?: string }) => {
  if (message.type === 'ready' && message.url !== undefined && isFirst) void startTour(message.url)
})
async function startTour(url: string) {
  try {
    await askTour(url)
    console.log(`
  The tour: three chats are under way, and two of them wait for your yes.
    The project basket       red, the change, your yes, green, commit; then restore to before
    Sales by month           a query, its table, a chart
    The project Foxglove     say yes, then ask in a new chat: What did I tell you about my project?
  Stop the server while one waits (with REYNARD_DATA_DIR set) and start it again: it still waits, and goes on.
  The model's words are scripted; tools, files, sandbox and approvals are real.
`)
  } catch (error) {
    console.error('The tour could not be begun:', error)
  }
}

const stop = () => {
  if (app.connected) app.send({ type: 'stop' })
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
process.on('message', (message: { type?: string }) => message.type === 'stop' && stop())
process.on('disconnect', stop)
app.on('exit', (code) => {
  fake.kill()
  if (ownDir === undefined) rmSync(dataDir, { recursive: true, force: true })
  process.exit(code ?? 1)
})
