import { randomBytes } from 'node:crypto'
import { posix } from 'node:path'
import type { TestCase, ToolDisplay } from '@reynard/protocol'
import { type ProgramResult, type Workspace, wholeOutputBytes } from '@reynard/sandbox'
import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool, type ToolOutput } from '../tool.ts'
import { describeTests } from './describe-tests.ts'
import { findTestProject, type TestProject, testRunnerSchema } from './find-project.ts'
import { testCommand } from './test-command.ts'
import { dropTestReport, readTestReport } from './test-report.ts'

const mostCases = 1_000

/** The tests of a project, run by its own runner behind the strictest wall. */
export const runTests = defineTool({
  name: 'run_tests',
  group: 'testing',
  effect: 'execute',
  level: 'L3',
  description:
    'Runs the tests of the project in the workspace (node:test, vitest or pytest, found by its files) and returns which failed and why. There is no network, and dependencies are not installed.',
  input: z.object({
    path: filePathSchema.default('.').describe('File or folder whose tests to run; all of them without it'),
    filter: z.string().min(1).max(200).optional().describe('Only tests whose name matches'),
    runner: testRunnerSchema.optional().describe('Only where the wrong one is chosen without it'),
  }),
  timeoutMs: 120_000,
  title: ({ path, filter }) => ({
    running: 'Running tests',
    done: 'Ran tests',
    ...((path !== '.' || filter !== undefined) && {
      detail: [path === '.' ? [] : path, filter ?? []].flat().join(', '),
      code: true,
    }),
  }),
  facts: async ({ path, filter, runner }, { workspace }) => {
    const project = await findTestProject(workspace, path, runner, AbortSignal.timeout(5_000))
    return {
      wants: 'run the tests',
      reason: null,
      writes: [],
      hosts: [],
      restorable: false,
      preview: { kind: 'command', text: testCommand(project, filter, 'report').line },
    }
  },
  async execute({ path, filter, runner }, { sandbox, session, signal, timeoutMs, print }) {
    const { workspace } = session
    const project = await findTestProject(workspace, path, runner, signal)
    checkDependencies(workspace, project)
    const report = `.reynard-tests-${randomBytes(8).toString('hex')}.json`
    const { line, format, ...program } = testCommand(project, filter, report)
    print(`$ ${line}\n`)
    try {
      const result = await sandbox.run({
        ...program,
        level: 'L3',
        profile: 'test',
        limits: { timeoutMs, cpuSeconds: Math.ceil(timeoutMs / 2_000), outputBytes: wholeOutputBytes },
        signal,
        onOutput: ({ text }) => print(text),
      })
      // Code that ran may have put anything at its place.
      const read = await readTestReport({ session, sandbox }, report, format)
      if ('unreadable' in read) return withoutReport(project, line, result, read.unreadable)
      return toOutput(project, line, result, read.cases)
    } finally {
      await dropTestReport({ session, sandbox }, report)
      await workspace.recount()
    }
  },
})

/** @throws {Error} for the model: what is missing, which no tool can bring */
function checkDependencies(workspace: Workspace, { runner, folder }: TestProject): void {
  if (runner !== 'vitest') return
  const own = posix.join(folder, 'node_modules', 'vitest', 'vitest.mjs')
  if (workspace.find(own) !== undefined) return
  throw new Error(
    `This project tests with vitest, and its node_modules are not in the workspace${folder === '.' ? '' : ` (${folder})`}: dependencies are not installed by tools. Ask the person to bring the project with its node_modules, or to run the tests themselves.`,
  )
}

function toOutput({ runner }: TestProject, line: string, result: ProgramResult, cases: TestCase[]): ToolOutput {
  const inState = (state: TestCase['state']) => cases.filter((each) => each.state === state)
  const [failed, skipped, passed] = [inState('failed'), inState('skipped'), inState('passed')]
  const shown = [...failed, ...skipped, ...passed].slice(0, mostCases)
  const display: ToolDisplay = {
    kind: 'tests',
    runner,
    cases: shown,
    failed: failed.length,
    skipped: skipped.length,
    passed: passed.length,
    omitted: cases.length - shown.length,
  }
  // A run that says that nothing failed, and ended as one that failed: its words decide.
  const isDoubtful = failed.length === 0 && result.exitCode !== 0
  const output = isDoubtful ? terminalOf(line, result) : display
  const report = describeTests({ runner, line, cases, result })
  return { ...report, display: output, truncated: result.truncated }
}

function withoutReport({ runner }: TestProject, line: string, result: ProgramResult, why: string): ToolOutput {
  const missing = /No module named '?pytest/.test(result.stderr)
  if (missing) throw new Error('pytest is not installed on this machine: apt-get install python3-pytest')
  const note = `The report of ${runner} can't be read: ${why}. What it printed:`
  const { text } = terminalOf(line, result)
  return {
    content: `${note}\n${text}\n${endOf(result)}`,
    display: terminalOf(line, result),
    truncated: result.truncated,
  }
}

function terminalOf(line: string, { stdout, stderr, exitCode }: ProgramResult) {
  const text = [`$ ${line}`, stdout.trimEnd(), stderr.trimEnd()].filter(Boolean).join('\n')
  return { kind: 'terminal' as const, text, exitCode }
}

/** How it ended, for a model. */
function endOf({ exitCode, exitSignal }: ProgramResult): string {
  return `It ended with ${exitCode ?? exitSignal}.`
}
