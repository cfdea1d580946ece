import { readdirSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { afterAll, expect, test } from 'vitest'
import type { JavaScriptResult } from '../quickjs/javascript-runner.ts'
import { createSandbox } from '../session/create-sandbox.ts'
import { openHostileKit } from '../testing/hostile-kit.ts'

const kit = await openHostileKit()
afterAll(() => kit.close())

type Case = {
  id: number
  code: string
  /** The typed error that ends it, where it does not end by itself. */
  ends?: string | string[]
  /** Else its value as JSON, or the name of the error that it throws within. */
  json?: string
  throws?: string | string[]
  text?: string
}

const late = 'timeout'
const cases: Case[] = [
  { id: 1, code: 'while(true){}', ends: late },
  { id: 2, code: '(async()=>{while(true) await 0})()', ends: late },
  { id: 3, code: '[].indexOf.call({length:2**53-1},1)', ends: late },
  { id: 4, code: '[].reverse.call({length:2**53-1})', ends: late },
  {
    id: 5,
    code: 'Array.prototype.join.call({length:2**31})',
    ends: [late, 'failed'],
    throws: ['InternalError', 'RangeError'],
  },
  { id: 6, code: 'let x=3n;for(let i=0;i<40;i++)x=x*x', ends: late, throws: 'RangeError' },
  { id: 7, code: "/^(a+)+$/.test('a'.repeat(34)+'b')", ends: late },
  {
    id: 8,
    code: 'let a=[];while(1)a.push(new Uint8Array(1e7).fill(1))',
    ends: [late, 'failed'],
    throws: 'InternalError',
  },
  { id: 9, code: "let a=[];for(;;){try{a.push('y'.repeat(1e6)+Math.random())}catch{}}", ends: [late, 'failed'] },
  {
    id: 10,
    code: 'function f(){try{f()}finally{f()}}f()',
    ends: [late, 'failed'],
    throws: ['RangeError', 'InternalError'],
  },
  {
    id: 11,
    code: "JSON.parse('['.repeat(2e5))",
    ends: 'failed',
    throws: ['RangeError', 'SyntaxError', 'InternalError'],
  },
  {
    id: 12,
    code: "eval('('.repeat(5e4)+'1'+')'.repeat(5e4))",
    ends: 'failed',
    throws: ['RangeError', 'SyntaxError', 'InternalError'],
  },
  { id: 13, code: "for(;;)console.log('x'.repeat(1e4))", ends: late },
  { id: 14, code: "this.constructor.constructor('return typeof process')()", json: '"undefined"' },
  { id: 15, code: "console.log.constructor('return process')()", throws: 'ReferenceError' },
  { id: 16, code: "import('fs')", throws: ['ReferenceError', 'TypeError'] },
  { id: 16, code: "require('fs')", throws: 'ReferenceError' },
  { id: 16, code: "process.binding('fs')", throws: 'ReferenceError' },
  {
    id: 17,
    code: 'JSON.parse(\'{"__proto__":{"p":1},"constructor":{"prototype":{"p":1}}}\')',
    json: '{"__proto__":{"p":1},"constructor":{"prototype":{"p":1}}}',
  },
  { id: 18, code: '({then(r){r(1)},toJSON(){return 1}})', json: '1' },
  { id: 19, code: 'new Proxy({},{get(){while(true){}}})', ends: late },
  { id: 20, code: 'throw {get message(){while(true){}}}', ends: late },
  { id: 20, code: 'throw Object.assign(new Error("x"),{get stack(){while(true){}}})', ends: late },
  { id: 21, code: "'z'.repeat(3e7)", ends: ['too-large', late] },
  { id: 22, code: 'let o={};o.o=o;o', text: 'circular' },
  {
    id: 23,
    code: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0)',
    ends: late,
    throws: ['ReferenceError', 'TypeError'],
  },
]

const list = (value: string | string[] | undefined) => (value === undefined ? [] : [value].flat())

for (const { id, code, ends, json, throws, text } of cases)
  test(`${id}: ${code.slice(0, 60)} is contained`, async () => {
    // What ends by itself has time to, however busy the machine is.
    const timeoutMs = list(ends).includes(late) ? 200 : 20_000
    const run = () => kit.session.runJavaScript({ code, language: 'javascript', timeoutMs })
    const ending = await kit.contain(run)
    const result = ending.result as JavaScriptResult | null
    if (ending.code !== null) expect(list(ends)).toContain(ending.code)
    else if (result?.outcome === 'error') expect(list(throws)).toContain(result.error.name)
    else if (json !== undefined) expect(result).toMatchObject({ outcome: 'value', json })
    else
      expect(result).toMatchObject({ outcome: 'value', text: expect.stringContaining(text ?? 'no value was expected') })
    expect(Object.hasOwn(Object.prototype, 'p')).toBe(false)
    // The next call works.
    const next = await kit.session.runJavaScript({ code: '6 * 7', language: 'javascript' })
    expect(next).toMatchObject({ outcome: 'value', json: '42' })
  })

test('13: what the console got until then is kept, up to its cap', async () => {
  const lines: string[] = []
  const code = "for(;;)console.log('x'.repeat(1e4))"
  const run = kit.session.runJavaScript({
    code,
    language: 'javascript',
    timeoutMs: 300,
    outputBytes: 25_000,
    onConsole: ({ text }) => lines.push(text),
  })
  await expect(run).rejects.toMatchObject({ code: 'timeout', output: { truncated: true } })
  expect(lines.map((line) => line.length)).toEqual([10_000, 10_000, 4968])
})

test('24: of fifty calls at once of one user most are refused, and another user waits for few of them', async () => {
  const order: string[] = []
  const codes: string[] = []
  const call = async (owner: string) => {
    const session = kit.sandbox.open({ owner, workspace: kit.workspace, levels: ['L1'], languages: ['javascript'] })
    await session
      .runJavaScript({ code: '1', language: 'javascript' })
      .then(() => order.push(owner))
      .catch((error) => codes.push(error.code))
  }
  const hog = Array.from({ length: 50 }, () => call('hog'))
  const guest = call('guest')
  await Promise.all([...hog, guest])
  // Two run, ten wait; the guest is taken before the hog's second in the row.
  expect(codes).toEqual(Array.from({ length: 38 }, () => 'too-many'))
  expect(order).toHaveLength(13)
  expect(order.indexOf('guest')).toBeLessThanOrEqual(4)
})

test('benign code works: values, console, TypeScript, promises, top-level await', async () => {
  const run = (code: string) => kit.session.runJavaScript({ code, language: 'typescript' })
  expect(await run('enum E { A = 4 }; const n: number = 3; console.log("n", { n }); E.A + n')).toMatchObject({
    outcome: 'value',
    json: '7',
    console: [{ level: 'log', text: 'n {\n "n": 3\n}' }],
    truncated: false,
  })
  expect(await run('Promise.resolve({ big: 1n })')).toMatchObject({ json: '{"big":"1"}' })
  expect(await run('return await Promise.resolve(5)')).toMatchObject({ json: '5' })
  expect(await run('new Promise(() => {})')).toMatchObject({
    outcome: 'error',
    error: { message: expect.stringContaining('never settles') },
  })
  expect(await run('const x: = 1')).toMatchObject({ outcome: 'error', error: { name: 'SyntaxError' } })
  expect(await run('undefined')).toMatchObject({ json: null, text: 'undefined' })
})

test('a listener that throws ends nothing', async () => {
  const onConsole = () => {
    throw new Error('the page is gone')
  }
  const result = await kit.session.runJavaScript({ code: 'console.log(1); 2', language: 'javascript', onConsole })
  expect(result).toMatchObject({ json: '2', console: [{ text: '1' }] })
})

test('a signal ends a loop that no interrupt reaches', async () => {
  const stop = new AbortController()
  const code = 'console.log("on"); [].indexOf.call({length:2**53-1},1)'
  const options = {
    language: 'javascript',
    timeoutMs: 100_000,
    signal: stop.signal,
    onConsole: () => stop.abort(),
  } as const
  const run = kit.session.runJavaScript({ code, ...options })
  await expect(run).rejects.toMatchObject({ code: 'aborted', output: { stdout: 'on' } })
  await expect(kit.session.runJavaScript({ code, ...options })).rejects.toMatchObject({ code: 'aborted' })
})

test.runIf(process.platform === 'linux')(
  '3: the thread that ran a loop of the engine itself is gone afterwards',
  async () => {
    const sandbox = await createSandbox()
    const threads = () => readdirSync('/proc/self/task').length
    const session = sandbox.open({ owner: 'a', workspace: kit.workspace, levels: ['L1'], languages: ['javascript'] })
    const run = (code: string) => session.runJavaScript({ code, language: 'javascript', timeoutMs: 100 })
    await run('1')
    const before = threads()
    for (let at = 0; at < 3; at++) await run('[].indexOf.call({length:2**53-1},1)').catch(() => {})
    await sandbox.close()
    await expect.poll(threads).toBeLessThanOrEqual(before)
  },
)

test('control: the same constructor chain in node:vm hands out the process and its secret', () => {
  const secret: unknown = runInNewContext("log.constructor('return process')().env.SECRET_CANARY", { log: console.log })
  expect(secret).toBe(kit.canary)
})
