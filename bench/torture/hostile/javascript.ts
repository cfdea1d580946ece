import { pick, type Random, size, wrap } from './chance.ts'
import type { HostileGroup } from './group.ts'

const cores: readonly ((random: Random) => string)[] = [
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
const wraps: readonly ((code: string) => string)[] = [
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

/** The inputs 1 to 24, at L1. */
export const javascript: HostileGroup = {
  name: 'JavaScript (1–24)',
  share: 4,
  open: async ({ random, session }) => ({
    async attack() {
      const code = wrap(random, pick(random, cores)(random), wraps)
      return { what: code, run: () => session.runJavaScript({ code, language: 'javascript', timeoutMs: 150 }) }
    },
    async control() {
      const next = await session.runJavaScript({ code: '6 * 7', language: 'javascript' })
      return next.outcome === 'value' && next.json === '42' ? null : 'it no longer computes'
    },
  }),
}
