import { z } from 'zod'
import { losslessFacts } from '../lossless-facts.ts'
import { defineTool } from '../tool.ts'

const mostMatches = 200
const longestLine = 300

/** Lines of the workspace's files by a regular expression: ripgrep behind the strictest wall, since pattern and files are an attacker's. */
export const searchFiles = defineTool({
  name: 'search_files',
  group: 'search',
  effect: 'read',
  level: 'L3',
  description: 'Finds lines in the files of the workspace by a regular expression. Returns path, line number and line.',
  input: z.object({
    pattern: z
      .string()
      .min(1)
      .max(1_000)
      .describe('Regular expression in the syntax of Rust, or plain text with literal'),
    glob: z.string().max(200).optional().describe('Only files whose path matches, such as **/*.ts'),
    literal: z.boolean().default(false).describe('The pattern is plain text'),
    ignore_case: z.boolean().default(false),
    context: z.number().int().min(0).max(10).default(0).describe('Lines around each match'),
  }),
  timeoutMs: 15_000,
  title: ({ pattern, glob }) => ({
    running: 'Searching files',
    done: 'Searched files',
    detail: glob === undefined ? pattern : `${pattern} in ${glob}`,
    code: true,
  }),
  facts: async ({ pattern, glob }) =>
    losslessFacts(`search ${glob === undefined ? 'the files of this chat' : `the files ${glob}`}`, {
      kind: 'command',
      text: pattern,
    }),
  async execute({ pattern, glob, literal, ignore_case, context }, { sandbox, signal }) {
    const result = await sandbox.run({
      level: 'L3',
      command: 'rg',
      args: [
        ...['--no-config', '--color=never', '--line-number', '--no-heading', '--with-filename', '--sort=path'],
        ...['--hidden', '--glob=!.git', `--max-columns=${longestLine}`, '--max-columns-preview', '--max-count=50'],
        ...(literal ? ['--fixed-strings'] : []),
        ...(ignore_case ? ['--ignore-case'] : []),
        ...(context > 0 ? [`--context=${context}`] : []),
        ...(glob === undefined ? [] : [`--glob=${glob}`]),
        ...['--', pattern, '.'],
      ],
      workspaceWritable: false,
      signal,
    })
    // 1: nothing found. 2: an error, perhaps with matches beside it.
    if (result.exitCode !== 0 && result.exitCode !== 1 && result.stdout === '') {
      throw new Error(result.stderr.trim().slice(0, 500) || 'The search failed.')
    }
    const lines = result.stdout.split('\n').filter((line) => line !== '')
    const shown = lines.slice(0, mostMatches).map((line) => line.replace(/^\.\//, ''))
    const rest = lines.length - shown.length
    const text = [...shown, ...(rest > 0 ? [`… ${rest} more lines; search for something narrower.`] : [])].join('\n')
    return {
      content: text || 'Nothing matches.',
      display: { kind: 'text', text: text || 'Nothing matches.' },
      truncated: rest > 0 || result.truncated,
    }
  },
})
