import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from 'quickjs-emscripten-core'
import { guestPrelude } from './guest-prelude.ts'
import type { ConsoleLevel, GuestError, SnippetOutcome } from './messages.ts'

const levels: readonly string[] = ['log', 'info', 'warn', 'error', 'debug'] satisfies ConsoleLevel[]
const isLevel = (text: string): text is ConsoleLevel => levels.includes(text)
const longestText = 65_536
/** One call of the console; the prelude cuts there. Characters. */
const longestLine = 1_048_576

export type GuestOptions = {
  code: string
  /** Wall clock, milliseconds since the epoch. */
  deadline: number
  resultLength: number
  onConsole: (level: ConsoleLevel, text: string, isCut: boolean) => void
}

/**
 * Runs JavaScript in a fresh QuickJS context. It can reach no host object: one function takes strings out, nothing comes back in. A
 * promise that the code ends with is looked at after all jobs have run, in the guest; the host awaits nothing of it.
 */
export function runGuest(module: QuickJSWASMModule, options: GuestOptions): SnippetOutcome {
  const isLate = () => Date.now() > options.deadline
  const runtime = module.newRuntime({ interruptHandler: isLate })
  runtime.setMaxStackSize(512 * 1024)
  const context = runtime.newContext()

  const prelude = context.unwrapResult(context.evalCode(guestPrelude, 'prelude.js'))
  const log = context.newFunction('log', (level, text, cut) => {
    const [levelText, message] = [read(context, level, 10), read(context, text, longestLine)]
    const isCut = read(context, cut, 3) === 'cut'
    if (levelText && isLevel(levelText) && message !== null) options.onConsole(levelText, message, isCut)
  })
  const tools = context.unwrapResult(context.callFunction(prelude, context.undefined, log))
  const show = context.getProp(tools, 'show')
  const describe = context.getProp(tools, 'describe')

  const failed = (error: QuickJSHandle): SnippetOutcome => {
    if (isLate()) return { kind: 'timeout' }
    const described = context.callFunction(describe, context.undefined, error)
    if (isLate()) return { kind: 'timeout' }
    return { kind: 'error', error: parseError(described.error ? null : read(context, described.value, longestText)) }
  }

  let evaluated = context.evalCode(options.code, 'snippet.js')
  // Code with a top-level await or return is no script: it runs as the body of an async function, and `return` gives its value.
  if (evaluated.error && /\b(await|return)\b/.test(options.code) && isSyntaxError(context, evaluated.error))
    evaluated = context.evalCode(`(async () => {\n${options.code}\n})()`, 'snippet.js')
  if (evaluated.error) return failed(evaluated.error)
  const jobs = runtime.executePendingJobs()
  if (jobs.error) return failed(jobs.error)
  if (isLate()) return { kind: 'timeout' }

  let value = evaluated.value
  const promise = context.getPromiseState(value)
  if (promise.type === 'rejected') return failed(promise.error)
  if (promise.type === 'pending') {
    const message = 'The promise that the code ended with never settles: there are no timers and no network here.'
    return { kind: 'error', error: { name: 'Error', message, stack: '' } }
  }
  if (!promise.notAPromise) value = promise.value

  const shown = context.callFunction(show, context.undefined, value)
  if (shown.error) return failed(shown.error)
  if (isLate()) return { kind: 'timeout' }
  const length = context.getNumber(context.getProp(shown.value, 'length'))
  if (length > options.resultLength) return { kind: 'too-large', length }
  const text = context.getString(shown.value)
  const rest = text.slice(1)
  return text.startsWith('j') ? { kind: 'value', json: rest, text: null } : { kind: 'value', json: null, text: rest }
}

/** A string of the guest, measured before it is copied; null for anything else. */
function read(context: QuickJSContext, handle: QuickJSHandle | undefined, longest: number): string | null {
  if (!handle || context.typeof(handle) !== 'string') return null
  return context.getNumber(context.getProp(handle, 'length')) > longest ? null : context.getString(handle)
}

function isSyntaxError(context: QuickJSContext, error: QuickJSHandle): boolean {
  return context.typeof(error) === 'object' && read(context, context.getProp(error, 'name'), 100) === 'SyntaxError'
}

function parseError(json: string | null): GuestError {
  const unknown = { name: 'Error', message: 'The code failed, and its error could not be read.', stack: '' }
  if (json === null) return unknown
  const parsed: unknown = JSON.parse(json)
  if (typeof parsed !== 'object' || parsed === null) return unknown
  const text = (name: string) => {
    const value: unknown = Reflect.get(parsed, name)
    return typeof value === 'string' ? value : ''
  }
  return { name: text('name'), message: text('message'), stack: text('stack') }
}
