import type { JavaScriptResult } from '@reynard/sandbox'
import { z } from 'zod'
import { losslessFacts } from '../lossless-facts.ts'
import { defineTool } from '../tool.ts'

/** Of the console, bytes; of the value of the last expression, characters. */
const whole = { outputBytes: 4_194_304, resultLength: 4_194_304 }

/** JavaScript and TypeScript in an interpreter of its own: no files, no network, no timers. */
export const runJavaScript = defineTool({
  name: 'run_javascript',
  group: 'code_execution',
  effect: 'execute',
  level: 'L1',
  languages: ['javascript', 'typescript'],
  description:
    'Runs JavaScript or TypeScript and returns what it logs and the value of its last expression. For calculations and transformations of text. It has no files, no network, no timers and no modules.',
  input: z.object({
    code: z.string().min(1).max(200_000),
    language: z.enum(['javascript', 'typescript']).default('javascript'),
  }),
  timeoutMs: 10_000,
  title: ({ code, language }) => {
    const name = language === 'typescript' ? 'TypeScript' : 'JavaScript'
    return { running: `Running ${name}`, done: `Ran ${name}`, detail: firstLine(code), code: true }
  },
  facts: async ({ code, language }) =>
    losslessFacts(`run ${language === 'typescript' ? 'TypeScript' : 'JavaScript'}`, { kind: 'command', text: code }),
  async execute({ code, language }, { sandbox, signal, timeoutMs, print }) {
    const onConsole = ({ text }: { text: string }) => print(`${text}\n`)
    const result = await sandbox.runJavaScript({ code, language, timeoutMs, ...whole, signal, onConsole })
    const lines = [...result.console.map(({ text }) => text), ...outcomeOf(result)]
    const text = lines.join('\n')
    return {
      content: text || 'It ran, logged nothing and its last expression has no value.',
      display: { kind: 'terminal', text, exitCode: result.outcome === 'error' ? 1 : 0 },
      truncated: result.truncated,
    }
  },
})

function outcomeOf(result: JavaScriptResult): string[] {
  if (result.outcome === 'error') {
    const { name, message, stack } = result.error
    return [`${name}: ${message}`, stack.trimEnd()].filter(Boolean)
  }
  const value = result.json ?? result.text
  return value === null || value === 'undefined' ? [] : [value]
}

/** What a row shows of code: its first line that says something. */
export function firstLine(code: string): string {
  const line = code.split('\n').find((each) => each.trim() !== '') ?? ''
  return line.trim().slice(0, 120)
}
