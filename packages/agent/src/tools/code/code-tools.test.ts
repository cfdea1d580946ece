import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { runJavaScript } from './run-javascript.ts'
import { runPython } from './run-python.ts'

let kit: ToolKit
beforeAll(async () => {
  kit = await openToolKit()
})
afterAll(() => kit.close())

describe('run_javascript', () => {
  test('logs and gives the value of the last expression; what is logged shows at once', async () => {
    const printed: string[] = []
    const code = 'const words: string[] = ["a", "b"]\nconsole.log("two", words.length)\nwords.map((w) => w + "!")'
    const output = await kit.call(runJavaScript, { code, language: 'typescript' }, printed)
    expect(output).toMatchObject({ content: 'two 2\n["a!","b!"]', display: { kind: 'terminal', exitCode: 0 } })
    expect(printed.join('')).toBe('two 2\n')
    expect(runJavaScript.title({ code, language: 'typescript' })).toMatchObject({
      done: 'Ran TypeScript',
      detail: 'const words: string[] = ["a", "b"]',
    })
  })

  test('an error of the code is a result that the model reads', async () => {
    const output = await kit.call(runJavaScript, { code: 'throw new TypeError("no fox")' })
    expect(output.content).toContain('TypeError: no fox')
    expect(output.display).toMatchObject({ exitCode: 1 })
  })

  test('reaches nothing of the server', async () => {
    const { content } = await kit.call(runJavaScript, { code: '[typeof process, typeof require, typeof fetch].join()' })
    expect(content).toBe('"undefined,undefined,undefined"')
  })
})

const { python } = await (async () => {
  const probe = await openToolKit()
  await probe.close()
  return probe.sandbox.report
})()
if (!python.available && process.env.SANDBOX_REQUIRED === '1') throw new Error(`Python is required: ${python.reason}`)

describe.skipIf(!python.available)('run_python', () => {
  test('works on the files of the workspace, and counts what it leaves there', async () => {
    await kit.workspace.write('orders.csv', 'month,total\n1,10\n2,32\n')
    const code = [
      'import csv',
      'rows = list(csv.DictReader(open("orders.csv")))',
      'total = sum(int(r["total"]) for r in rows)',
      'open("total.txt", "w").write(str(total))',
      'total',
    ].join('\n')
    const before = kit.workspace.usage.bytes
    const output = await kit.call(runPython, { code })
    expect(output).toMatchObject({ content: '42', display: { kind: 'terminal', text: '42', exitCode: 0 } })
    expect((await kit.workspace.read('total.txt')).bytes.toString()).toBe('42')
    expect(kit.workspace.usage.bytes).toBe(before + 2)
  })

  test.skipIf(!python.packages.includes('matplotlib'))('figures come back as files to be shown', async () => {
    const code = [
      'import matplotlib.pyplot as plt',
      'plt.plot([1, 2]); plt.figure(); plt.bar(["a"], [3])',
      'print("drawn")',
    ].join('\n')
    const { content, display } = await kit.call(runPython, { code })
    expect(content).toMatch(/^drawn\nSaved the figure output\/figure-\w+-1\.png\./)
    const figures = display.kind === 'terminal' ? (display.figures ?? []) : []
    expect(figures.map(({ path }) => /-\d\.png$/.exec(path)?.[0])).toEqual(['-1.png', '-2.png'])
    for (const { path, bytes } of figures) {
      const file = await kit.workspace.read(path)
      expect(file.bytes.subarray(1, 4).toString()).toBe('PNG')
      expect(file.bytes.length).toBe(bytes)
    }
  })

  test('a traceback is a result, and names no folder of the server', async () => {
    const { content, display } = await kit.call(runPython, { code: 'open("/etc/shadow").read()' })
    expect(content).toMatch(/FileNotFoundError|PermissionError/)
    expect(content).not.toContain(kit.home)
    expect(display).toMatchObject({ exitCode: 1 })
  })
})
