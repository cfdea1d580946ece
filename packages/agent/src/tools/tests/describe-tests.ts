import type { TestCase } from '@reynard/protocol'
import type { ProgramResult } from '@reynard/sandbox'
import type { TestRunner } from './find-project.ts'

const mostMessage = 1_500
const mostFailed = 100
const mostNames = 30
const mostTail = 3_000

type TestRun = { runner: TestRunner; line: string; cases: TestCase[]; result: ProgramResult }

/**
 * A run of tests for the model: what failed and why first, and what the program printed where that says more than its report. `full` where
 * there is more: every message and name, and all that was printed.
 */
export function describeTests(run: TestRun): { content: string; full?: string } {
  const content = describeWithin(run, { message: mostMessage, failed: mostFailed, names: mostNames, tail: mostTail })
  const none = Number.POSITIVE_INFINITY
  const all = describeWithin(run, { message: none, failed: none, names: none, tail: 0 })
  const { stdout, stderr } = run.result
  const printed = `${stdout}\n${stderr}`.trim()
  const isWhole = content.length >= all.length && (printed === '' || run.cases.length > 0)
  return isWhole ? { content } : { content, full: `${all}\n\nAll that it printed:\n${printed}` }
}

type Bounds = { message: number; failed: number; names: number; tail: number }

function describeWithin({ runner, line, cases, result }: TestRun, most: Bounds): string {
  const failed = cases.filter(({ state }) => state === 'failed')
  const skipped = cases.filter(({ state }) => state === 'skipped')
  const passed = cases.filter(({ state }) => state === 'passed')
  const counts = `${failed.length} failed, ${passed.length} passed, ${skipped.length} skipped`
  const head = `${line} (${runner}): ${cases.length === 0 ? 'no test was found' : counts}. This is what the project's own tests say.`
  const parts = [
    head,
    ...failed.slice(0, most.failed).map(({ name, file, message }) => {
      const place = file === null ? '' : ` (${file})`
      return `FAILED ${name}${place}\n${indent((message ?? 'It says nothing.').slice(0, most.message))}`
    }),
    failed.length > most.failed ? `… and ${failed.length - most.failed} more that failed.` : '',
    namesOf('Skipped', skipped, most.names),
    namesOf('Passed', passed, most.names),
  ]
  const isUnclear = failed.length === 0 && (result.exitCode !== 0 || cases.length === 0)
  if (isUnclear && most.tail > 0)
    parts.push(
      `It ended with ${result.exitCode ?? result.exitSignal}. The end of its output:\n${tailOf(result, most.tail)}`,
    )
  return parts.filter((part) => part !== '').join('\n\n')
}

function namesOf(what: string, cases: TestCase[], mostNames: number): string {
  if (cases.length === 0) return ''
  const rest = cases.length - mostNames
  const names = cases.slice(0, mostNames).map(({ name }) => name.replaceAll(/\s+/g, ' ').slice(0, 120))
  return `${what}: ${names.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`
}

function indent(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

function tailOf({ stdout, stderr }: ProgramResult, most: number): string {
  return `${stdout}\n${stderr}`.trim().slice(-most)
}
