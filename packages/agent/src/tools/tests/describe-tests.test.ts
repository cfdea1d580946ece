import type { TestCase } from '@reynard/protocol'
import { expect, test } from 'vitest'
import { describeTests } from './describe-tests.ts'

const result = {
  exitCode: 1,
  exitSignal: null,
  stdout: 'printed by the project\n',
  stderr: '',
  stdoutBytes: Buffer.alloc(0),
  truncated: false,
  wallMs: 1,
}
const inState = (state: TestCase['state'], count: number, message: string | null = null): TestCase[] =>
  Array.from({ length: count }, (_, at) => ({ name: `${state} ${at}`, file: null, state, message, durationMs: null }))

test('a run with more than a model reads at once is whole in what is kept', () => {
  const cases = [...inState('failed', 120, `${'why '.repeat(1_000)}end`), ...inState('passed', 40)]
  const { content, full } = describeTests({ runner: 'vitest', line: 'vitest run', cases, result })
  expect(content).toContain('… and 20 more that failed.')
  expect(content).toMatch(/Passed: [\s\S]*; and 10 more/)
  expect(content).not.toContain('end')
  expect(full?.match(/why end$/gm)).toHaveLength(120)
  expect(full).toContain('passed 39')
  expect(full).toMatch(/All that it printed:\nprinted by the project$/)
})

test('a short one needs no file', () => {
  const cases = inState('passed', 2)
  const { full } = describeTests({ runner: 'vitest', line: 'vitest run', cases, result: { ...result, exitCode: 0 } })
  expect(full).toBeUndefined()
})
