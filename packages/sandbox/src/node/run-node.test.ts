import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { openHostileKit, testBehindWalls } from '../testing/hostile-kit.ts'

const kit = await openHostileKit()
const walled = testBehindWalls(kit)
afterAll(() => kit.close())
// A root server's workspaces belong to the user of its sandboxes: of this one a first call that writes makes it so.
beforeAll(async () => {
  if (kit.sandbox.report.levels.L3.available) await kit.session.run({ level: 'L3', command: 'true' })
})

const program = join(import.meta.dirname, '..', 'testing', 'programs', 'node-program.ts')
const root = join(import.meta.dirname, '..', '..', '..', '..')
type Input = { ask: string; path?: string; port?: number }
const ask = (input: Input, options: object = {}) =>
  kit.session.runNode({ program, input, output: z.record(z.string(), z.unknown()), ...options })

walled(
  'a program of ours runs with its dependencies, as nobody, without an environment, at a place that tells nothing',
  async () => {
    const { node, uid, env, file } = await ask({ ask: 'hello' })
    expect(node).toBe(process.version)
    expect(uid).toBe(1000)
    expect(Object.keys(z.record(z.string(), z.string()).parse(env)).toSorted()).toEqual(['HOME', 'LANG', 'PATH', 'PWD'])
    expect(file).toBe('file:///reynard/packages/sandbox/src/testing/programs/node-program.ts')
  },
)

walled('it reads the workspace, and writes there only where that was said', async () => {
  writeFileSync(join(kit.workspace, 'orders.csv'), 'a,b')
  expect(await ask({ ask: 'read', path: '/workspace/orders.csv' })).toEqual({ text: 'a,b' })
  await expect(ask({ ask: 'write', path: '/workspace/new' })).rejects.toMatchObject({ code: 'crashed' })
  await ask({ ask: 'write', path: '/workspace/new' }, { workspaceWritable: true })
  expect(readFileSync(join(kit.workspace, 'new'), 'utf8')).toBe('written inside')
})

walled(
  'of the repository it sees its own sources and the dependencies: no settings, no data, no other package',
  async () => {
    const list = (path: string) => ask({ ask: 'list', path }).then(({ names }) => names)
    expect(readdirSync(root)).toContain('packages')
    // What was compiled is there from the second call on, or a later one.
    const all = z.array(z.string()).parse(await list('/reynard'))
    expect(all.filter((name) => name !== 'compiled')).toEqual(['bin', 'node_modules', 'packages'])
    expect(await list('/reynard/packages')).toEqual(['sandbox'])
    expect(await list('/reynard/packages/sandbox')).toEqual(['node_modules', 'package.json', 'src'])
    expect(await list('/')).not.toContain('root')
    await expect(ask({ ask: 'read', path: join(root, 'package.json') })).rejects.toMatchObject({ code: 'crashed' })
    await expect(ask({ ask: 'write', path: '/reynard/packages/sandbox/src/x' })).rejects.toMatchObject({
      code: 'crashed',
    })
  },
)

walled('after its first call it starts from what was compiled, which it cannot write', async () => {
  const place = '/reynard/compiled'
  const env = async () => z.record(z.string(), z.string()).parse((await ask({ ask: 'hello' })).env)
  await expect.poll(env, { timeout: 20_000, interval: 100 }).toMatchObject({ NODE_COMPILE_CACHE: place })
  const names = async (path: string) => z.array(z.string()).parse((await ask({ ask: 'list', path })).names)
  const [version = ''] = await names(place)
  const [file = ''] = await names(`${place}/${version}`)
  expect(file).not.toBe('')
  for (const path of [`${place}/new`, `${place}/${version}/new`, `${place}/${version}/${file}`])
    await expect(ask({ ask: 'write', path }, { workspaceWritable: true })).rejects.toMatchObject({ code: 'crashed' })
})

walled('it has no network', async () => {
  expect(await ask({ ask: 'connect', port: kit.port })).toMatchObject({ connected: false })
  expect(kit.hits).toEqual([])
  expect((await fetch(`http://127.0.0.1:${kit.port}/reachable`)).ok).toBe(true)
  expect(kit.hits.splice(0)).toEqual(['/reachable'])
})

walled('a crash is told apart, and the server lives', async () => {
  const ending = (input: Input) => kit.contain(() => ask(input))
  expect(await ending({ ask: 'segfault' })).toMatchObject({ code: 'crashed', text: expect.stringContaining('SIGSEGV') })
  expect(await ending({ ask: 'allocate' })).toMatchObject({ code: 'crashed' })
  const thrown = await ask({ ask: 'throw' }).catch((error: Error) => error)
  expect(thrown).toMatchObject({ code: 'crashed', message: 'The tool crashed.' })
  expect(String((thrown as Error).cause)).toContain('thrown on purpose')
  await expect(ask({ ask: 'missing', path: 'no-such-package' })).rejects.toMatchObject({ code: 'unavailable' })
  expect(await ask({ ask: 'hello' })).toMatchObject({ uid: 1000 })
})

walled('only an answer of the expected form and size comes out', async () => {
  await expect(ask({ ask: 'flood' })).rejects.toMatchObject({ code: 'too-large' })
  expect(await ask({ ask: 'flood' }, { limits: { outputBytes: 4_000_000 } })).toMatchObject({
    text: expect.any(String),
  })
  await expect(ask({ ask: 'babble' })).rejects.toMatchObject({ code: 'failed' })
  await expect(
    kit.session.runNode({ program, input: { ask: 'hello' }, output: z.object({ other: z.string() }) }),
  ).rejects.toMatchObject({ code: 'failed' })
})

walled('deadline and cancel end it, with all that it started', async () => {
  await expect(ask({ ask: 'spin' }, { limits: { timeoutMs: 500 } })).rejects.toMatchObject({ code: 'timeout' })
  const cancel = new AbortController()
  const call = ask({ ask: 'spin' }, { signal: cancel.signal })
  cancel.abort()
  await expect(call).rejects.toMatchObject({ code: 'aborted' })
})

test('a session without L3 runs none, and a program that is not there is unavailable', async () => {
  const closed = kit.sandbox.open({ owner: 'a', workspace: kit.workspace, levels: ['L1', 'L2'] })
  const call = { program, input: {}, output: z.unknown() }
  await expect(closed.runNode(call)).rejects.toMatchObject({ code: 'denied' })
  for (const missing of [join(root, 'none.ts'), '/usr/bin/env'])
    await expect(kit.session.runNode({ ...call, program: missing })).rejects.toMatchObject({ code: 'unavailable' })
})
