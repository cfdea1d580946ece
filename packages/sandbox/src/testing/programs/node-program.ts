import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

const inputSchema = z.object({ ask: z.string(), path: z.string().default(''), port: z.number().default(0) })

/** What the tests of `runNode` make it do. */
async function act(): Promise<unknown> {
  const { ask, path, port } = inputSchema.parse(JSON.parse(await text(process.stdin)))
  switch (ask) {
    case 'hello':
      return { node: process.version, uid: process.getuid?.(), env: process.env, file: import.meta.url }
    case 'read':
      return { text: readFileSync(path, 'utf8') }
    case 'write':
      writeFileSync(path, 'written inside')
      return {}
    case 'list':
      return { names: readdirSync(path).toSorted() }
    case 'connect':
      return await new Promise((resolve) => {
        const socket = createConnection(port, '127.0.0.1', () => resolve({ connected: true }))
        socket.on('error', ({ message }) => resolve({ connected: false, message }))
      })
    case 'allocate': {
      const kept: Buffer[] = []
      for (;;) kept.push(Buffer.alloc(16 << 20, 1))
    }
    case 'segfault':
      process.kill(process.pid, 'SIGSEGV')
      return await new Promise(() => {})
    case 'missing':
      return await import(path)
    case 'throw':
      throw new Error('thrown on purpose')
    case 'flood':
      return { text: 'x'.repeat(3_000_000) }
    case 'babble':
      return undefined
    case 'spin':
      for (;;);
  }
  return null
}

const answer = await act()
process.stdout.write(answer === undefined ? 'no JSON at all' : JSON.stringify(answer))
