import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startFakeOllama } from '@reynard/fake-ollama'
import { afterEach, expect, test } from 'vitest'
import { openTestBrowser } from '../testing/browser.ts'
import { openGatedEngine } from '../testing/gated-engine.ts'
import { openTestServer } from '../testing/open-test-server.ts'

const CODE = 'a-code-that-nobody-guesses-1'
const WORDS = ['One ', 'word ', 'after ', 'another.']
const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path))
const CADDY = '/usr/bin/caddy'

const atEnd: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end()
})

const shipped = (name: string) => readFileSync(new URL(`../../../../deploy/${name}`, import.meta.url), 'utf8')

/** Changes every one of `changes` in the shipped file; one that is not found is an error, or the test would prove another file. */
function changed(text: string, changes: readonly (readonly [string, string])[]): string {
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${JSON.stringify(from)} is not in the shipped file.`)
    text = text.replaceAll(from, to)
  }
  return text
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reynard-proxy-'))
  atEnd.push(() => rm(folder, { recursive: true, force: true }))
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2']
  const files = ['-keyout', join(folder, 'privkey.pem'), '-out', join(folder, 'fullchain.pem')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files], { stdio: 'ignore' })
  return folder
}

async function answers(url: string, proxy: ChildProcess, errors: () => string): Promise<void> {
  for (;;) {
    if (proxy.exitCode !== null) throw new Error(`The proxy ended: ${errors()}`)
    try {
      await fetch(url.replace('https', 'http'), { signal: AbortSignal.timeout(1000) })
      return
    } catch (error) {
      // A port that speaks TLS hangs up on plain HTTP: it is there.
      if (error instanceof TypeError && String(error.cause).includes('ECONNREFUSED')) continue
      return
    }
  }
}

type Proxy = { url: string; folder: string }
type OpenProxy = (port: number, upgrades: boolean) => Promise<Proxy>

async function start(file: string, args: string[], url: string, folder: string): Promise<Proxy> {
  const env = { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  atEnd.push(() => {
    // Killed outright, nginx would leave its workers behind.
    child.kill('SIGTERM')
    return ended
  })
  await answers(url, child, () => errors)
  return { url, folder }
}

const nginx: OpenProxy = async (port, upgrades) => {
  const [folder, own] = [openFolder(), await freePort()]
  const site = changed(shipped('nginx.conf'), [
    ['listen 443', `listen 127.0.0.1:${own}`],
    ['http://127.0.0.1:8000', `http://127.0.0.1:${port}`],
    ['/etc/ssl/reynard', folder],
    ...(upgrades ? [] : [['proxy_set_header Upgrade $http_upgrade;', ''] as const]),
    ...(upgrades
      ? []
      : [['proxy_set_header Connection $reynard_connection;', "proxy_set_header Connection '';"] as const]),
  ])
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  )
  const http = `http { access_log off; ${temp.join(' ')}\n${site}\n}`
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  writeFileSync(join(folder, 'nginx.conf'), `${user} daemon off; pid ${folder}/pid; events {}\n${http}`)
  return start(NGINX!, ['-e', 'stderr', '-c', join(folder, 'nginx.conf')], `https://localhost:${own}`, folder)
}

const caddy: OpenProxy = async (port, upgrades) => {
  const [folder, own] = [openFolder(), await freePort()]
  const refusal = upgrades ? '' : '@upgrade header Upgrade websocket\nrespond @upgrade 403\n'
  const certificate = `bind 127.0.0.1\ntls ${folder}/fullchain.pem ${folder}/privkey.pem\n${refusal}`
  const site = changed(shipped('Caddyfile'), [
    ['reynard.example.org {', `https://localhost:${own} {\n${certificate}`],
    ['reverse_proxy 127.0.0.1:8000', `reverse_proxy 127.0.0.1:${port}`],
  ])
  writeFileSync(join(folder, 'Caddyfile'), `{\nadmin off\nauto_https disable_redirects\nskip_install_trust\n}\n${site}`)
  const args = ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
  return start(CADDY, args, `https://localhost:${own}`, folder)
}

async function openTeamServer() {
  const fake = await startFakeOllama()
  atEnd.push(() => fake.close())
  const engine = await openGatedEngine(fake.url, WORDS)
  atEnd.push(() => engine.close())
  const env = {
    HOST: '0.0.0.0',
    REYNARD_SETUP_CODE: CODE,
    REYNARD_TRUSTED_PROXIES: '127.0.0.1',
    OLLAMA_BASE_URL: engine.url,
  }
  const server = await openTestServer({ env })
  atEnd.push(() => server.close())
  const owner = openTestBrowser(server.url)
  await owner.post('/api/account/set-up', {
    code: CODE,
    name: 'Mara',
    email: 'mara@example.org',
    password: 'correct horse',
  })
  const made = await owner.mutate('account.keys.create', { name: 'proxy', scopes: ['read', 'chat'], days: null })
  return { server, engine, made }
}

const kinds = [
  { name: 'nginx', path: NGINX, open: nginx },
  { name: 'Caddy', path: existsSync(CADDY) ? CADDY : undefined, open: caddy },
]
const ways = [
  { door: 'typed', upgrades: true, transport: 'ws' },
  { door: 'typed', upgrades: false, transport: 'sse' },
  { door: 'rest', upgrades: true, transport: 'rest' },
]
const cases = kinds.flatMap((kind) => ways.map((way) => ({ ...kind, ...way })))

// Programs of the machine: `npm test` installs them where it can. Where it can't, this says so by its name.
test.each(cases)(
  'behind $name an answer arrives word by word ($transport)',
  async ({ path, open, door, upgrades, transport, name }) => {
    if (path === undefined && !process.env.CI) return console.warn(`${name} is not here: not tried.`)
    const { server, engine, made } = await openTeamServer()
    const proxy = await open(Number(new URL(server.url).port), upgrades)
    const program = fileURLToPath(new URL('../testing/ask-through-proxy.ts', import.meta.url))
    const { key } = made.data as { key: string }
    const env = { ...process.env, ASK_KEY: key, NODE_EXTRA_CA_CERTS: join(proxy.folder, 'fullchain.pem') }
    const asking = spawn(process.execPath, [program, proxy.url, door], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    atEnd.push(() => asking.kill('SIGKILL'))
    const lines: unknown[] = []
    for await (const line of createInterface({ input: asking.stdout })) {
      lines.push(JSON.parse(line))
      engine.release()
    }
    expect(lines).toEqual([...WORDS.map((text) => ({ text })), { end: 'done', transport }])
  },
)
