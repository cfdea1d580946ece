import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core'
import { runGuest } from './guest.ts'
import type { SnippetOutcome, SnippetRequest, WorkerMessage } from './messages.ts'

// Runs one snippet and is then thrown away with all its memory. Its runner ends it when it does not answer in time.

/** 64 MiB in pages of 64 KiB. QuickJS' own limit does not count all that it takes; this one is the engine's. */
const memory = new WebAssembly.Memory({ initial: 256, maximum: 1024 })
const { wasmModule } = workerData as { wasmModule: WebAssembly.Module }
// Its declarations describe the CommonJS form only.
const require = createRequire(import.meta.url)
const { default: variant } = require('@jitl/quickjs-ng-wasmfile-release-sync') as { default: QuickJSSyncVariant }
const port = parentPort
if (!port) throw new Error('snippet-worker.ts runs as a worker only.')
/** What a line of the console counts beside its text. */
const bytesPerLine = 16
const say = (message: WorkerMessage) => port.postMessage(message)

const module = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory, wasmModule }))
// Warm: the first guest compiles the engine.
runGuest(module, { code: '1', deadline: Date.now() + 5000, resultLength: 10, onConsole: () => {} })

port.once('message', async (request: SnippetRequest) => {
  say({ type: 'outcome', outcome: await runSnippet(request) })
})
say({ type: 'ready' })
// It takes as long as the engine and JavaScript does without, so a spare loads it while it waits, and a snippet that is there goes first.
const idle = setTimeout(loadSucrase, 25)

/** Imported once however often it is asked for; the first transform compiles it. */
async function loadSucrase() {
  const sucrase = await import('sucrase')
  sucrase.transform('let a: number = 1', { transforms: ['typescript'] })
  return sucrase
}

async function runSnippet(request: SnippetRequest): Promise<SnippetOutcome> {
  clearTimeout(idle)
  const deadline = Date.now() + request.timeoutMs
  let room = request.outputBytes
  try {
    const code = request.language === 'typescript' ? await stripTypes(request.code) : request.code
    return runGuest(module, {
      code,
      deadline,
      resultLength: request.resultLength,
      onConsole: (level, text, isCut) => {
        if (room < 0) return
        // A message costs more than its text: lines of one letter are no way around the bound.
        const bytes = Buffer.byteLength(text) + bytesPerLine
        const kept = bytes <= room ? text : Buffer.from(text).subarray(0, room).toString()
        room = bytes <= room ? room - bytes : -1
        say({ type: 'console', level, text: kept, truncated: room < 0 || isCut })
      },
    })
  } catch (error) {
    if (error instanceof SyntaxError)
      return { kind: 'error', error: { name: error.name, message: error.message, stack: '' } }
    return { kind: 'broken', message: error instanceof Error ? error.message : String(error) }
  }
}

/** @throws {SyntaxError} where the code is no TypeScript */
async function stripTypes(code: string): Promise<string> {
  const { transform } = await loadSucrase()
  try {
    return transform(code, { transforms: ['typescript'], disableESTransforms: true }).code
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? error.message : 'The code could not be read.')
  }
}
