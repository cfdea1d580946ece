/** Something that a model could be talked into asking of a tool. */
export type HostileInput = { kind: 'javascript' | 'python' | 'path'; text: string }

type Random = () => number
const pick = <Item>(random: Random, list: readonly Item[]): Item => list[Math.floor(random() * list.length)] as Item
/** Powers of ten and two around what limits are made of, seldom the same. */
const size = (random: Random) => Math.floor(2 ** (random() * 40)) + pick(random, [-1, 0, 1])

const javascriptCores: readonly ((random: Random) => string)[] = [
  () => 'while(true){}',
  () => 'for(;;)console.log("x".repeat(9999))',
  (random) => `let a=[];for(;;)a.push(new Uint8Array(${size(random)}%1e8).fill(1))`,
  (random) => `'x'.repeat(${size(random)})`,
  (random) => `[].${pick(random, ['indexOf', 'includes', 'reverse', 'join', 'fill'])}.call({length:${size(random)}},1)`,
  (random) => `new Array(${size(random)}).fill(0).map(String).join()`,
  () => 'function f(){try{f()}finally{f()}}f()',
  (random) => `JSON.parse('['.repeat(${size(random)}%1e6))`,
  () => "this.constructor.constructor('return process.env')()",
  () => "console.log.constructor('return process')().mainModule.require('fs')",
  (random) => `import(${JSON.stringify(pick(random, ['fs', 'node:fs', '/etc/passwd', 'data:text/javascript,1']))})`,
  () => 'throw {get message(){while(true){}}, toString(){while(true){}}}',
  () => 'Object.prototype.then=function(r){r(1)};({})',
  () =>
    'JSON.stringify=()=>{throw 1};String.prototype.slice=()=>globalThis;Array.prototype.join=()=>"y".repeat(1e8);console.log(1)',
  () => 'globalThis.console=undefined;Error.prototype.name={get a(){return 1}};null.x',
  () => 'JSON.parse(\'{"__proto__":{"p":1},"constructor":{"prototype":{"p":1}}}\')',
  () => 'new Proxy({},{get(){return new Proxy(()=>{},this)},ownKeys(){for(;;);}})',
  () => '"\\ud800".repeat(1000)',
  (random) => `10n**${size(random)}n`,
  () => "/^(a+)+$/.test('a'.repeat(40)+'b')",
  () => 'let o={};o.o=o;o.toJSON=function(){return o};o',
  () => 'new WebAssembly.Memory({initial:65536})',
]
const javascriptWraps: readonly ((code: string) => string)[] = [
  (code) => `(()=>{${code}})()`,
  (code) => `try{${code}}catch(e){${code}}`,
  (code) => `(async()=>{${code}})()`,
  (code) => `Promise.resolve().then(()=>{${code}})`,
  (code) => `(0,eval)(${JSON.stringify(code)})`,
  (code) => `new Function(${JSON.stringify(code)})()`,
  (code) => `[3,1,2].sort(()=>{${code}})`,
  (code) => `JSON.stringify({toJSON(){${code}}})`,
  (code) => `\`\${{toString(){${code}}}}\``,
  (code) => `({get value(){${code}}}).value`,
]

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
const pythonCores: readonly ((random: Random, port: number) => string)[] = [
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
const pythonWraps: readonly ((code: string) => string)[] = [
  (code) => `exec(${JSON.stringify(code)})`,
  (code) => `import base64\nexec(base64.b64decode(${JSON.stringify(Buffer.from(code).toString('base64'))}))`,
  (code) => `try:\n${code.replace(/^/gm, '    ')}\nexcept BaseException:\n${code.replace(/^/gm, '    ')}`,
  (code) => `import atexit\n@atexit.register\ndef later():\n${code.replace(/^/gm, '    ')}`,
  (code) => `class Bad:\n    def __repr__(self):\n${code.replace(/^/gm, '        ')}\nBad()`,
]

const segments = [
  '..',
  '.',
  '',
  'sub',
  'out',
  'outdir',
  '...',
  '%2e%2e',
  '．．',
  '‥',
  '~',
  'C:',
  'a\0b',
  'x'.repeat(256),
  '\u202e',
  '\ud800',
  '.git',
  'proc',
  'self',
  'root',
  'etc',
  'passwd',
  'canary',
  ' ',
  '-rf',
  '*',
]

/** One of the hostile inputs of the tests, with its numbers drawn anew and hidden in some layers of code. */
export function varyHostile(random: Random, port: number): HostileInput {
  const kind = pick(random, ['javascript', 'javascript', 'python', 'path', 'path'] as const)
  const layers = Math.floor(random() * 3)
  if (kind === 'path') {
    const parts = Array.from({ length: 1 + Math.floor(random() * 8) }, () => pick(random, segments))
    return {
      kind,
      text: pick(random, ['', '/', '//', 'sub/', './', 'file://']) + parts.join(pick(random, ['/', '/', '/', '\\'])),
    }
  }
  let text = kind === 'javascript' ? pick(random, javascriptCores)(random) : pick(random, pythonCores)(random, port)
  for (let layer = 0; layer < layers; layer++)
    text = pick(random, kind === 'javascript' ? javascriptWraps : pythonWraps)(text)
  return { kind, text }
}
