import { wholeOutputBytes } from '@reynard/sandbox'
import { z } from 'zod'
import { defineTool } from '../tool.ts'
import { firstLine } from './run-javascript.ts'

/** Python behind the strictest wall, over the files of the workspace. */
export const runPython = defineTool({
  name: 'run_python',
  group: 'code_execution',
  effect: 'execute',
  level: 'L3',
  languages: ['python'],
  description:
    'Runs Python 3 in the workspace and returns what it prints and the value of its last expression. numpy, pandas and matplotlib are there where the server has them. Files of the workspace can be read and written; figures of matplotlib are saved there and shown to the person. No network.',
  input: z.object({ code: z.string().min(1).max(200_000) }),
  timeoutMs: 30_000,
  title: ({ code }) => ({ running: 'Running Python', done: 'Ran Python', detail: firstLine(code), code: true }),
  facts: async ({ code }) => ({
    wants: 'run Python',
    reason: null,
    writes: [],
    hosts: [],
    restorable: false,
    preview: { kind: 'command', text: code },
  }),
  async execute({ code }, { sandbox, session, signal, timeoutMs, print }) {
    try {
      const result = await sandbox.runPython({
        code,
        limits: { timeoutMs, cpuSeconds: Math.ceil(timeoutMs / 1000), outputBytes: wholeOutputBytes },
        signal,
        onOutput: ({ text }) => print(text),
      })
      const text = [result.stdout, result.stderr].filter(Boolean).join('\n').trimEnd()
      const figures = result.figures.flatMap((path) => session.workspace.find(path) ?? [])
      const saved = figures.map(({ path }) => `Saved the figure ${path}. The person sees it.`)
      const exit = result.exitCode === 0 ? [] : [`It ended with ${result.exitCode ?? result.exitSignal}.`]
      return {
        content: [text, ...saved, ...exit].filter(Boolean).join('\n') || 'It ran and printed nothing.',
        display: {
          kind: 'terminal',
          text,
          exitCode: result.exitCode,
          ...(figures.length > 0 && { figures: figures.map(({ path, bytes }) => ({ path, bytes })) }),
        },
        truncated: result.truncated,
      }
    } finally {
      await session.workspace.recount()
    }
  },
})
