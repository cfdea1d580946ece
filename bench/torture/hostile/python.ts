import { execFileSync } from 'node:child_process'
import { pick, type Random, size, wrap } from './chance.ts'
import type { HostileGroup } from './group.ts'

const files = [
  '/etc/passwd',
  '/etc/shadow',
  '/proc/1/environ',
  '/proc/self/root/etc/passwd',
  '/root/.ssh/id_rsa',
  '/sys/kernel/notes',
  '/dev/mem',
  '../../../../etc/passwd',
]
const cores: readonly ((random: Random, port: number) => string)[] = [
  (random) => `print(open(${JSON.stringify(pick(random, files))}, errors='replace').read(1000))`,
  (random) => `open(${JSON.stringify(pick(random, files))}, 'a').write('x')`,
  (_, port) =>
    `import socket; print(socket.create_connection(('127.0.0.1', ${port}), 1).send(b'GET /leak HTTP/1.0\\r\\n\\r\\n'))`,
  (_, port) =>
    `import urllib.request; print(urllib.request.urlopen('http://localhost:${port}/leak', timeout=1).read())`,
  (random) =>
    `import os; print(os.system(${JSON.stringify(pick(random, ['env', 'id', 'mount', 'cat /proc/*/environ', 'ls -la / /workspace', 'setsid sleep 7749 &', 'kill -9 -1', 'find / -name "*.pem"']))}))`,
  (random) => `x = bytearray(${size(random)})`,
  (random) => `print('y' * ${size(random)})`,
  () => 'import os\nwhile True: os.fork()',
  () => 'import threading\nwhile True: threading.Thread(target=lambda: input()).start()',
  () => 'import sys; sys.setrecursionlimit(10**9); f = lambda: f(); f()',
  (random) => `import ctypes; print(ctypes.CDLL(None).syscall(${size(random) % 460}, 0, 0, 0, 0, 0))`,
  () => 'import ctypes; ctypes.string_at(0)',
  () => 'import os; os.kill(os.getpid(), 19)',
  () => 'import os; [os.close(n) for n in range(100)]; print(1)',
  (random) => `import os; os.symlink(${JSON.stringify(pick(random, files))}, '/workspace/link-${size(random)}')`,
  () => 'import os\np = "/workspace"\nfor i in range(300): p += "/d"; os.mkdir(p)',
]
const wraps: readonly ((code: string) => string)[] = [
  (code) => `exec(${JSON.stringify(code)})`,
  (code) => `import base64\nexec(base64.b64decode(${JSON.stringify(Buffer.from(code).toString('base64'))}))`,
  (code) => `try:\n${code.replace(/^/gm, '    ')}\nexcept BaseException:\n${code.replace(/^/gm, '    ')}`,
  (code) => `import atexit\n@atexit.register\ndef later():\n${code.replace(/^/gm, '    ')}`,
  (code) => `class Bad:\n    def __repr__(self):\n${code.replace(/^/gm, '        ')}\nBad()`,
]

/** The inputs 25 to 42, at L3. */
export const python: HostileGroup = {
  name: 'Python (25–42)',
  share: 3,
  needsWalls: true,
  open: async ({ random, session, port, canary, outside, wasVisited }) => ({
    async attack() {
      const code = wrap(random, pick(random, cores)(random, port), wraps)
      return { what: code, run: () => session.runPython({ code, limits: { timeoutMs: 1500 } }) }
    },
    async control() {
      const result = await session.runPython({ code: '6 * 7' })
      if (result.stdout !== '42\n') return `it no longer computes: ${result.stdout}${result.stderr}`
      // Without walls the same lines do reach both.
      const code = `print(open(${JSON.stringify(outside)} + '/canary').read())`
      const bare = execFileSync('/usr/bin/python3', ['-I', '-c', code], { encoding: 'utf8' })
      if (!bare.includes(canary)) return 'the secret is not there at all'
      await fetch(`http://127.0.0.1:${port}/leak`)
      return wasVisited() ? null : 'a visit of the server is not seen'
    },
  }),
}
