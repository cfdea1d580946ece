import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import type { PythonResult } from '../session/sandbox-session.ts'
import { openHostileKit, testBehindWalls } from '../testing/hostile-kit.ts'
import { pythonCases } from './python-cases.ts'

const kit = await openHostileKit()
const walled = testBehindWalls(kit)
// Another network namespace must not reach this name.
const abstract = createServer((socket) => socket.end())
await new Promise<void>((resolve) => abstract.listen('\0reynard-test', resolve))
afterAll(async () => {
  abstract.close()
  await kit.close()
})

const limits = { memory: { kind: 'address', bytes: 512 * 1024 * 1024 } } as const
const survivors = () =>
  execFileSync('ps', ['-e', '-o', 'args'])
    .toString()
    .split('\n')
    .filter((line) => line.includes('sleep 7738'))

for (const { id, name, code, ends, exits = [0], prints, complains, control, timeoutMs = 8000 } of pythonCases(
  kit.port,
)) {
  walled(`${id}: Python that ${name} is contained`, async () => {
    const hits = kit.hits.length
    const ending = await kit.contain((session) => session.runPython({ code, limits: { ...limits, timeoutMs } }))
    const result = ending.result as PythonResult | null
    if (ending.code === 'quota') kit.emptyWorkspace()
    if (result) {
      expect(exits).toContain(result.exitCode)
      if (prints) expect(result.stdout).toMatch(prints)
      if (complains) expect(result.stderr).toMatch(complains)
    } else expect(ending.code).toBe(ends)
    expect(kit.hits.length).toBe(hits)
    expect(survivors()).toEqual([])
    expect(await kit.session.runPython({ code: '6 * 7' })).toMatchObject({ exitCode: 0, stdout: '42\n' })
  })

  if (control)
    walled(`${id}: control, without walls Python ${name}`, async () => {
      expect(await kit.unwalledPython(code)).toMatch(control)
    })
}

walled('benign Python works: input, files of the workspace, the packages of the machine', async () => {
  const result = await kit.session.runPython({
    code: "import sys\nopen('a.txt','w').write(sys.stdin.read())\nopen('a.txt').read()",
    stdin: 'hello',
  })
  expect(result).toMatchObject({ exitCode: 0, stdout: "'hello'\n", stderr: '', figures: [] })
  const { python } = kit.sandbox.report
  expect(python.packages).toEqual(expect.arrayContaining(['numpy', 'pandas', 'matplotlib', 'pytest']))
})

test('120: the secret of the server is in its environment, or the other tests prove nothing', () => {
  expect(process.env.SECRET_CANARY).toBe(kit.canary)
})
