import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pktFlush, pktLine } from './pkt-line.ts'
import { GitRepository } from './repository.ts'
import { authorsGit, makeRepository, openGitTestPlace } from './testing/open-git-workspace.ts'

const place = await openGitTestPlace()
const folder = mkdtempSync(join(tmpdir(), 'served-'))
let port = 0
let answer: (request: IncomingMessage, response: ServerResponse) => void = serve

/** What any git server does: upload-pack, over HTTP. */
function serve(request: IncomingMessage, response: ServerResponse) {
  const advertise = request.url === '/repo/info/refs?service=git-upload-pack'
  const kind = advertise ? 'advertisement' : 'result'
  response.writeHead(200, { 'content-type': `application/x-git-upload-pack-${kind}` })
  if (advertise) response.write(pktLine('# service=git-upload-pack\n') + pktFlush)
  const args = [
    '-c',
    'safe.directory=*',
    'upload-pack',
    '--stateless-rpc',
    ...(advertise ? ['--advertise-refs'] : []),
    folder,
  ]
  const env = { PATH: '/usr/bin:/bin', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  const child = execFile('git', args, { env, encoding: 'buffer', maxBuffer: 1 << 26 })
  child.stdout?.pipe(response)
  if (child.stdin) request.pipe(child.stdin)
}
const server = createServer((request, response) => answer(request, response))
beforeAll(async () => {
  makeRepository(folder)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
  await place.close()
})
const ours = () => ({ policy: { ports: [port], isAllowed: () => true }, resolve: async () => ['127.0.0.1'] })
const address = () => `http://served.test:${port}/repo`

test.skipIf(place.skip)('brings history and files of a public repository through the safe connector', async () => {
  answer = serve
  const { workspace, session } = await place.open()
  const git = new GitRepository(workspace, session)
  expect(await git.cloneFrom(address(), ours())).toEqual({ refs: 3, head: 'main' })
  expect((await git.log()).map((commit) => commit.subject)).toEqual(['Second', 'First'])
  expect((await workspace.read('README.md')).bytes.toString()).toBe('one\ntwo\n')
  expect((await git.status()).entries).toEqual([])
  expect(workspace.usage).toEqual({ bytes: 8, entries: 1, over: false })
  await expect(git.cloneFrom(address(), ours())).rejects.toMatchObject({ code: 'denied' })
})

test.skipIf(place.skip)('what would not fit is not written', async () => {
  answer = serve
  writeFileSync(join(folder, 'large'), Buffer.alloc(2 << 20))
  authorsGit(folder, ['add', '-A'])
  authorsGit(folder, ['commit', '-q', '-m', 'Large'])
  const { workspace, session } = await place.open({ bytes: 1 << 20 })
  const git = new GitRepository(workspace, session)
  await expect(git.cloneFrom(address(), ours())).rejects.toMatchObject({ code: 'quota' })
  expect((await workspace.list()).entries).toEqual([])
  authorsGit(folder, ['reset', '-q', '--hard', 'v1'])
})

const advertisement = (lines: string) => pktLine('# service=git-upload-pack\n') + pktFlush + lines + pktFlush
const head = pktLine(`${'a'.repeat(40)} HEAD\0symref=HEAD:refs/heads/main\n`)
const main = pktLine(`${'a'.repeat(40)} refs/heads/main\n`)
test.skipIf(place.skip).each<[string, string, string, string]>([
  ['no protocol at all', '<html>', '', 'failed'],
  ['a line of a wrong length', advertisement('zzzz'), '', 'failed'],
  [
    'names that are none',
    advertisement(head + pktLine(`${'a'.repeat(40)} refs/heads/../../x\n`) + main),
    'junk',
    'failed',
  ],
  ['a pack that is none', advertisement(head + main), pktLine('NAK\n') + pktLine('\u0001no pack') + pktFlush, 'failed'],
  ['an error', advertisement(head + main), pktLine('NAK\n') + pktLine('\u0003go \u001b[31maway'), 'failed'],
  ['one that breaks off', advertisement(head + main), '00ff\u0001PACK', 'failed'],
  ['one without end', advertisement(head + main), 'endless', 'too-large'],
])('a server with %s', async (_, refs, pack, code) => {
  answer = (request, response) => {
    const advertise = request.method === 'GET'
    response.writeHead(200, {
      'content-type': `application/x-git-upload-pack-${advertise ? 'advertisement' : 'result'}`,
    })
    if (advertise || pack !== 'endless') return void response.end(advertise ? refs : pack)
    const more = () => {
      while (response.write(pktLine(`\u0001${'x'.repeat(60_000)}`)));
    }
    response.on('drain', more)
    more()
  }
  const { workspace, session } = await place.open()
  const git = new GitRepository(workspace, session)
  await expect(git.cloneFrom(address(), { ...ours(), maxBytes: 1 << 20 })).rejects.toMatchObject({ code })
  expect(await git.branches()).toEqual([])
})

test.skipIf(place.skip)('only https, and never our own network', async () => {
  const { workspace, session } = await place.open()
  const git = new GitRepository(workspace, session)
  await expect(git.cloneFrom(address())).rejects.toMatchObject({ code: 'bad-path' })
  for (const own of ['https://127.0.0.1/x', 'https://localhost/x', 'https://[::1]/x']) {
    await expect(git.cloneFrom(own)).rejects.toMatchObject({ code: expect.stringMatching(/denied|bad-path/) })
  }
})
