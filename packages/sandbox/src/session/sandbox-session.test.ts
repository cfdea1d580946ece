import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openHostileKit, testBehindWalls } from '../testing/hostile-kit.ts'
import { isAlive } from '../testing/is-alive.ts'
import { createSandbox } from './create-sandbox.ts'
import { fillScratch } from './fill-scratch.ts'
import type { SandboxSession } from './sandbox-session.ts'

const kit = await openHostileKit()
const walled = testBehindWalls(kit)
const linux = test.runIf(process.platform === 'linux')
afterAll(() => kit.close())

const sh = (session: SandboxSession, level: 'L2' | 'L3', script: string, options: object = {}) =>
  session.run({ level, command: 'sh', args: ['-c', script], ...options })

test('what a session was not opened for is denied, and so is what nobody knows', async () => {
  const open = { owner: 'a', workspace: kit.workspace }
  const session = kit.sandbox.open({ ...open, levels: ['L1'], languages: ['javascript'] })
  const denied = { name: 'SandboxError', code: 'denied' }
  await expect(sh(session, 'L2', 'true')).rejects.toMatchObject(denied)
  await expect(sh(session, 'L3', 'true')).rejects.toMatchObject(denied)
  await expect(session.runPython({ code: '1' })).rejects.toMatchObject(denied)
  await expect(session.runJavaScript({ code: '1', language: 'typescript' })).rejects.toMatchObject(denied)
  // What comes from a model has no type.
  const unknown = JSON.parse('{"level":"L0","language":"ruby"}')
  await expect(sh(kit.session, unknown.level, 'true')).rejects.toMatchObject(denied)
  await expect(kit.session.runJavaScript({ code: '1', language: unknown.language })).rejects.toMatchObject(denied)
  const noLanguage = kit.sandbox.open({ ...open, levels: ['L1', 'L3'] })
  await expect(noLanguage.runJavaScript({ code: '1', language: 'javascript' })).rejects.toMatchObject(denied)
})

linux('L2: limits and an empty environment, never root, and a failing exit code is a result', async () => {
  const result = await sh(kit.session, 'L2', 'id -u; env | cut -d= -f1 | sort; ulimit -n; touch mine; exit 3')
  expect(result).toMatchObject({ exitCode: 3, truncated: false })
  const [id, ...rest] = result.stdout.trim().split('\n')
  expect(Number(id)).not.toBe(0)
  expect(rest.filter((name) => name !== 'SHLVL')).toEqual(['HOME', 'LANG', 'PATH', 'PWD', 'SANDBOX_CALL', '256'])
  expect(statSync(join(kit.workspace, 'mine')).isFile()).toBe(true)
})

linux('L2: a daemon that leaves its group does not outlive the call', async () => {
  const result = await sh(kit.session, 'L2', 'setsid sleep 300 >/dev/null 2>&1 & echo $!')
  await expect.poll(() => isAlive(Number(result.stdout))).toBe(false)
})

walled('L3: a workspace that was removed and made anew at the same place is written like the one before', async () => {
  const workspace = mkdtempSync(join(tmpdir(), 'anew-'))
  const session = kit.sandbox.open({ owner: 'a', workspace, levels: ['L3'] })
  for (const _time of ['first', 'second']) {
    expect((await sh(session, 'L3', 'touch made')).exitCode).toBe(0)
    rmSync(workspace, { recursive: true })
    mkdirSync(workspace, { mode: 0o700 })
  }
  rmSync(workspace, { recursive: true })
})

walled(
  'L3: what the server wrote is readable and writable, what the sandbox wrote comes out, read-only stays so',
  async () => {
    mkdirSync(join(kit.workspace, 'closed'), { mode: 0o700 })
    const workspace = mkdtempSync(join(kit.workspace, 'closed', 'ws-'))
    writeFileSync(join(workspace, 'note.txt'), 'from the host', { mode: 0o600 })
    const session = kit.sandbox.open({ owner: 'a', workspace, levels: ['L3'] })
    const written = await sh(
      session,
      'L3',
      'cat note.txt; echo changed > note.txt; mkdir -p deep/er; echo new > deep/er/file',
    )
    expect(written).toMatchObject({ exitCode: 0, stdout: 'from the host', stderr: '' })
    expect(readFileSync(join(workspace, 'note.txt'), 'utf8')).toBe('changed\n')
    expect(readFileSync(join(workspace, 'deep/er/file'), 'utf8')).toBe('new\n')
    const refused = await sh(session, 'L3', 'cat note.txt; echo no > note.txt', { workspaceWritable: false })
    expect(refused.stdout).toBe('changed\n')
    expect(refused.exitCode).not.toBe(0)
    expect(readFileSync(join(workspace, 'note.txt'), 'utf8')).toBe('changed\n')
  },
)

walled(
  'L3: further folders are read-only, files of the call are there for it alone, input and environment arrive',
  async () => {
    const project = mkdtempSync(join(kit.workspace, 'project-'))
    // Bound as it is, never given away: so it must be readable for the user that the children of a root server are.
    chmodSync(project, 0o755)
    writeFileSync(join(project, 'code.txt'), 'code ')
    const options = {
      binds: [{ from: project, to: '/project' }],
      files: { '/given/query.sql': 'select ' },
      env: { NAME: 'value ' },
      stdin: 'input',
    }
    const script =
      'cat /project/code.txt /given/query.sql; printf "$NAME"; cat; echo x >> /project/code.txt; echo x >> /given/query.sql'
    const result = await sh(kit.session, 'L3', script, options)
    expect(result.stdout).toBe('code select value input')
    expect(result.stderr.split('\n').filter(Boolean)).toHaveLength(2)
    expect(readFileSync(join(project, 'code.txt'), 'utf8')).toBe('code ')
    expect((await sh(kit.session, 'L3', 'ls /given /project')).exitCode).not.toBe(0)
  },
)

walled(
  'a folder of this machine is copied for programs to change; the folder stays, its links lead nowhere',
  async () => {
    const project = mkdtempSync(join(tmpdir(), 'project-'))
    chmodSync(project, 0o755)
    for (const folder of ['src', 'node_modules/dep']) mkdirSync(join(project, folder), { recursive: true })
    writeFileSync(join(project, 'src/--weird name.ts'), 'let a = 1')
    writeFileSync(join(project, 'node_modules/dep/index.js'), 'module.exports = 7')
    symlinkSync('/etc/passwd', join(project, 'accounts'))
    const workspace = mkdtempSync(join(kit.workspace, 'scratch-'))
    const session = kit.sandbox.open({ owner: 'a', workspace, levels: ['L3'] })
    await fillScratch(session, project)
    const binds = [{ from: join(project, 'node_modules'), to: '/workspace/node_modules' }]
    const script =
      'cat src/*; echo changed > src/new; cat node_modules/dep/index.js; cat accounts; echo x > node_modules/x'
    const result = await sh(session, 'L3', script, { binds })
    expect(result.stdout).toBe('let a = 1module.exports = 7')
    expect(result.stderr).toMatch(/accounts: No such file[\s\S]*Read-only file system/)
    expect(readFileSync(join(workspace, 'src/new'), 'utf8')).toBe('changed\n')
    expect(existsSync(join(project, 'src/new'))).toBe(false)
    expect(existsSync(join(workspace, 'node_modules/dep'))).toBe(false)
    await expect(fillScratch(session, join(project, 'none'))).rejects.toMatchObject({ code: 'failed' })
    rmSync(project, { recursive: true })
  },
)

walled('L3: no command line, mount or error in it names a folder of the host', async () => {
  const result = await sh(
    kit.session,
    'L3',
    'cat /proc/[0-9]*/cmdline | tr "\\0" " "; cat /proc/mounts; ls -l /proc/self/fd /proc/1/fd',
  )
  expect(result.stdout).toContain('bwrap')
  expect(result.stdout).not.toContain(kit.workspace)
  expect(result.stdout).not.toContain(process.cwd())
  const gone = kit.sandbox.open({ owner: 'a', workspace: join(kit.workspace, 'gone'), levels: ['L3'] })
  const error = await sh(gone, 'L3', 'true').catch((reason: Error) => reason)
  expect(error).toMatchObject({ code: 'failed' })
  const missing = await sh(kit.session, 'L3', 'true', { binds: [{ from: '/no/such/folder', to: '/x' }] }).catch(
    (reason: Error) => reason,
  )
  expect(missing).toMatchObject({ code: 'failed', message: expect.not.stringContaining('/no/such') })
})

walled('L3: a NUL smuggles no argument in, whichever way it comes', async () => {
  const smuggled = 'x\0--bind\0/\0/host'
  for (const options of [
    { env: { NAME: smuggled } },
    { files: { [`/given/${smuggled}`]: '' } },
    { binds: [{ from: '/usr', to: smuggled }] },
  ])
    await expect(sh(kit.session, 'L3', 'ls /host', options)).rejects.toMatchObject({ code: 'denied' })
  await expect(sh(kit.session, 'L3', `ls ${smuggled}`)).rejects.toMatchObject({ name: 'SandboxError' })
})

walled('L3: a stop kills all of it before any deadline, daemons too, and keeps what was written', async () => {
  const stop = new AbortController()
  const options = { signal: stop.signal, limits: { timeoutMs: 100_000 }, onOutput: () => stop.abort() }
  const run = sh(
    kit.session,
    'L3',
    'trap "" TERM; setsid sleep 7741 & echo started; while :; do sleep 1; done',
    options,
  )
  await expect(run).rejects.toMatchObject({ code: 'aborted', output: { stdout: 'started\n' } })
  const left = await sh(kit.session, 'L2', 'ps -e -o args | grep "sleep 774[1]"')
  expect(left.stdout).toBe('')
})

walled('L3: the test profile gives the tests of a project more, and Node runs in it', async () => {
  const node = { from: process.execPath, to: '/opt/node' }
  writeFileSync(
    join(kit.workspace, 'sum.test.mjs'),
    "import test from 'node:test'; import a from 'node:assert'; test('sum', () => a.equal(1 + 1, 2)); test('off', () => a.equal(1, 2))",
  )
  const result = await kit.session.run({
    level: 'L3',
    profile: 'test',
    command: '/opt/node',
    args: ['--test', '--test-reporter=junit', 'sum.test.mjs'],
    binds: [node],
  })
  expect(result.exitCode).toBe(1)
  expect(result.stdout).toContain('<testcase name="sum"')
  expect(result.stdout).toMatch(/tests 2|failure/)
  const limits = await sh(kit.session, 'L3', 'ulimit -n; df -m /tmp | tail -1', { profile: 'test' })
  expect(limits.stdout).toMatch(/^1024\n.*\b256\b/)
})

walled(
  'Python: what it draws comes back as files of the workspace; links and pipes under such names do not',
  async () => {
    const code = `import os, matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()
plt.figure(); plt.bar(['a'], [1])
os.symlink('/etc/passwd', 'output/' + os.environ['SANDBOX_FIGURES'] + '-8.png')
os.mkfifo('output/' + os.environ['SANDBOX_FIGURES'] + '-9.png')
None`
    const result = await kit.session.runPython({ code, limits: { timeoutMs: 60_000 } })
    expect(result).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
    expect(result.figures).toEqual([
      expect.stringMatching(/^output\/figure-\w{8}-1\.png$/),
      expect.stringMatching(/-2\.png$/),
    ])
    for (const figure of result.figures)
      expect(readFileSync(join(kit.workspace, figure)).subarray(1, 4).toString()).toBe('PNG')
    rmSync(join(kit.workspace, 'output'), { recursive: true })
    symlinkSync('/tmp', join(kit.workspace, 'output'))
    expect((await kit.session.runPython({ code: '1' })).figures).toEqual([])
  },
)

walled(
  'Python: the packages of the machine are looked for when the first is asked for; exit is there before',
  async () => {
    const code = `import sys
print('site' in sys.modules)
try:
    import nothing_of_this_name
except ModuleNotFoundError as error:
    print(error, 'site' in sys.modules)
import importlib.util, numpy
print(numpy.__name__, importlib.util.find_spec('pandas.core').name, [f for f in sys.meta_path if type(f).__name__ == 'Site'])
exit(3)`
    const result = await kit.session.runPython({ code })
    const lines = ['False', "No module named 'nothing_of_this_name' True", 'numpy pandas.core []', '']
    expect(result).toMatchObject({ exitCode: 3, stdout: lines.join('\n'), stderr: '' })
  },
)

walled('a machine without user namespaces has no L3, and says so', async () => {
  // Inside L3 nothing can build another one: a machine that forbids it.
  const source = new URL('..', import.meta.url).pathname
  const script =
    "import('/src/bwrap/probe-bwrap.ts').then((m) => m.probeBwrap()).then((r) => console.log(JSON.stringify(r)))"
  const result = await kit.session.run({
    level: 'L3',
    command: '/opt/node',
    args: ['-e', script],
    binds: [
      { from: process.execPath, to: '/opt/node' },
      { from: source, to: '/src' },
    ],
  })
  expect(JSON.parse(result.stdout)).toMatchObject({
    available: false,
    reason: expect.stringContaining('bubblewrap'),
    howToInstall: expect.stringContaining('seccomp'),
  })
})

walled('memory of all processes of a call together is bounded where there are control groups', async () => {
  // Without one there is nothing to try: each process has its own limit only, and the report says so.
  if (!kit.sandbox.report.cgroup) return
  const code = `import os
for i in range(4):
    if os.fork() == 0:
        block = bytearray(60 << 20)
        block[::4096] = b'x' * len(block[::4096])
        import time; time.sleep(1); os._exit(0)
print(sorted(os.wait()[1] for i in range(4)))`
  const run = (totalMemoryBytes: number) => kit.session.runPython({ code, limits: { totalMemoryBytes } })
  expect((await run(1024 * 1024 * 1024)).stdout).toBe('[0, 0, 0, 0]\n')
  expect((await run(160 * 1024 * 1024)).stdout).not.toBe('[0, 0, 0, 0]\n')
})

linux('closing ends what runs and refuses what comes', async () => {
  const sandbox = await createSandbox()
  const workspace = mkdtempSync(join(tmpdir(), 'closing-'))
  const session = sandbox.open({ owner: 'a', workspace, levels: ['L1', 'L2'], languages: ['javascript'] })
  let closed: Promise<void> | undefined
  const run = sh(session, 'L2', 'echo on; sleep 300', {
    onOutput: () => {
      closed ??= sandbox.close()
    },
  })
  await expect(run).rejects.toMatchObject({ code: 'aborted' })
  await closed
  await expect(session.runJavaScript({ code: '1', language: 'javascript' })).rejects.toMatchObject({ code: 'aborted' })
  rmSync(workspace, { recursive: true })
})
