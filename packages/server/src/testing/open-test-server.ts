import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FakeOllama, type FakeOllamaOptions, startFakeOllama } from '@reynard/fake-ollama'
import type { AssistantKit } from '../assistants/assistant-kit.ts'
import { type EnvSource, readEnv } from '../env.ts'
import { createLogger } from '../logging/create-logger.ts'
import { openServer, type ReynardServer } from '../open-server.ts'
import type { WebNetwork } from '../web/create-web-access.ts'

export type TestServer = {
  /** `http://localhost:<port>`. */
  url: string
  server: ReynardServer
  /** The scripted Ollama that it talks to. */
  fake: FakeOllama
  dataDir: string
  /** Stops the server alone; its data and the fake stay for the next one. */
  stop(): Promise<void>
  /** Stops it and starts it again on the same data and port: clients find it again. */
  restart(): Promise<TestServer>
  /** Stops everything and throws the data away. */
  close(): Promise<void>
}

export type TestServerOptions = {
  /** Settings over the test's own: SQLite in a folder of its own, the fake as the only engine, no log. */
  env?: EnvSource
  /** A fake of the caller's, which it closes itself, or how to start one. */
  fake?: FakeOllama | FakeOllamaOptions
  /** Assistants and tools of the test's own. */
  kit?: AssistantKit
  /** Where names of the web lead. */
  network?: WebNetwork
  /** Gets each line of the server's log; nobody unless told, and only what `LOG_LEVEL` lets through. */
  onLog?: (line: string) => void
}

/** The real server on a free port, behind a real HTTP server, with a scripted Ollama. */
export async function openTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { fake: given = {} } = options
  const isOwn = !('url' in given)
  const fake = 'url' in given ? given : await startFakeOllama(given)
  const dataDir = await mkdtemp(join(tmpdir(), 'reynard-test-'))
  const env = readEnv({
    PORT: '0',
    REYNARD_DATA_DIR: dataDir,
    REYNARD_ENGINE: 'ollama',
    REYNARD_STARTER: 'off',
    OLLAMA_BASE_URL: fake.url,
    LOG_LEVEL: 'silent',
    ...options.env,
  })

  const { onLog } = options
  const logger = createLogger(env, onLog && { write: onLog })
  async function start(onPort: number): Promise<TestServer> {
    const server = await openServer({
      env,
      logger,
      network: options.network,
      ...(options.kit && { kit: options.kit }),
    })
    const http = createServer(async (req, res) => {
      if (!(await server.handleRequest(req, res))) res.writeHead(404).end()
    })
    http.on('upgrade', (req, socket, head) => {
      if (!server.handleUpgrade(req, socket, head)) socket.destroy()
    })
    await new Promise<void>((listening) => http.listen(onPort, '127.0.0.1', listening))
    const { port } = http.address() as AddressInfo

    async function stop(): Promise<void> {
      await server.close()
      http.closeAllConnections()
      if (http.listening) await new Promise((closed) => http.close(closed))
    }
    return {
      url: `http://localhost:${port}`,
      server,
      fake,
      dataDir,
      stop,
      async restart() {
        await stop()
        return start(port)
      },
      async close() {
        await stop()
        if (isOwn) await fake.close()
        await rm(dataDir, { recursive: true, force: true })
      },
    }
  }
  return start(0)
}
