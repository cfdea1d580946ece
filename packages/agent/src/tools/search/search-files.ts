import { keptOutput, SandboxError, type SandboxSession } from '@reynard/sandbox'
import { z } from 'zod'
import { mayHoldSecrets } from '../files/secret-files.ts'
import { losslessFacts } from '../lossless-facts.ts'
import { defineTool, type ToolCallContext } from '../tool.ts'

/** Lines that are read at once, in all and of one file: the rest is kept. */
const mostLines = 200
const mostOfFile = 50
/** Kept of what is found. */
const mostBytes = 8 * 1024 * 1024
const longestLine = 300

/** Lines of the workspace's files by a regular expression: ripgrep behind the strictest wall, since pattern and files are an attacker's. */
export const searchFiles = defineTool({
  name: 'search_files',
  group: 'search',
  effect: 'read',
  level: 'L3',
  description:
    'Finds lines in the files of the workspace by a regular expression. Returns path, line number and line; where there are many, the first of each file, and a file with all of them. What tools kept in tool-output is searched where glob names it. In a folder of this machine files that hold secrets, as .env, are not searched.',
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
  async execute({ pattern, glob, literal, ignore_case, context }, { sandbox, session, signal, timeoutMs }) {
    const result = await foundBy(sandbox, { signal, timeoutMs }, [
      ...['--no-config', '--color=never', '--line-number', '--no-heading', '--with-filename', '--sort=path', '--null'],
      ...['--hidden', `--max-columns=${longestLine}`, '--max-columns-preview'],
      ...(literal ? ['--fixed-strings'] : []),
      ...(ignore_case ? ['--ignore-case'] : []),
      ...(context > 0 ? [`--context=${context}`] : []),
      ...globsOf(glob),
      ...['--', pattern, '.'],
    ])
    const all = result.stdout.split('\n').flatMap((line) => foundLine(line) ?? [])
    // Not even that something was left out is told: it would answer whether a secret matches.
    const found = session.folder === null ? all : all.filter(({ path }) => !mayHoldSecrets(path))
    const shown = firstOfEach(found)
    const rest = found.length - shown.length
    const text = shown.map(asText).join('\n') || 'Nothing matches.'
    const more = rest > 0 ? [`… ${rest} more lines, or search for something narrower.`] : []
    const end = result.truncated ? [`There is more than what was looked through: search for something narrower.`] : []
    return {
      content: [text, ...more, ...end].join('\n'),
      display: { kind: 'text', text: [text, ...more].join('\n') },
      truncated: result.truncated,
      ...(rest > 0 && { full: found.map(asText).join('\n') }),
    }
  },
})

/** The last glob that matches decides, so what is never searched stands behind the model's, or `**` would take it back. */
function globsOf(glob: string | undefined): string[] {
  const namesKept = glob !== undefined && new RegExp(`^/?${keptOutput}/`).test(glob)
  return [
    ...(glob === undefined ? [] : [`--glob=${glob}`]),
    '--glob=!.git',
    ...(namesKept ? [] : [`--glob=!/${keptOutput}/**`]),
  ]
}

/** What ripgrep prints; as far as it came where that is without end. */
async function foundBy(
  sandbox: SandboxSession,
  { signal, timeoutMs }: Pick<ToolCallContext, 'signal' | 'timeoutMs'>,
  args: string[],
) {
  try {
    const limits = { timeoutMs, cpuSeconds: Math.ceil(timeoutMs / 1000), outputBytes: mostBytes }
    const result = await sandbox.run({ level: 'L3', command: 'rg', args, workspaceWritable: false, limits, signal })
    // 1: nothing found. 2: an error, perhaps with matches beside it.
    if (result.exitCode !== 0 && result.exitCode !== 1 && result.stdout === '') {
      throw new Error(result.stderr.trim().slice(0, 500) || 'The search failed.')
    }
    return result
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'too-large' && error.output) return error.output
    throw error
  }
}

type FoundLine = { path: string; rest: string }

/** `rest`: number and line, or null for what is none, as the bar between two matches. */
function foundLine(line: string): FoundLine | null {
  const end = line.indexOf('\0')
  if (end < 0) return null
  return { path: line.slice(0, end).replace(/^\.\//, ''), rest: line.slice(end + 1) }
}

/** A line that matches has a colon behind its number, one around it a dash; the same stands behind the path. */
function asText({ path, rest }: FoundLine): string {
  return `${path}${/^\d+(.)/.exec(rest)?.[1] ?? ':'}${rest}`
}

/** So that one file full of matches does not hide the others. */
function firstOfEach(found: readonly FoundLine[]): FoundLine[] {
  const counts = new Map<string, number>()
  const first = found.filter(({ path }) => {
    const count = (counts.get(path) ?? 0) + 1
    counts.set(path, count)
    return count <= mostOfFile
  })
  return first.slice(0, mostLines)
}
