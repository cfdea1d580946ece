import { formatCount } from './format.ts'

const tests = (count: number) => `${formatCount(count)} ${count === 1 ? 'test' : 'tests'}`

/** The words of a table of tests. */
export const testMessages = {
  table: (runner: string) => `Tests, ${runner}`,
  claim: 'as the project itself says',
  test: 'Test',
  happened: 'What happened',
  time: 'Time',
  failed: 'Failed',
  allPassed: (count: number) => `${tests(count)} passed`,
  othersPassed: (count: number) => `${formatCount(count)} other ${count === 1 ? 'test' : 'tests'} passed`,
  skippedCount: (count: number) => `${tests(count)} skipped`,
  none: 'No test was found.',
  noMessage: 'It says nothing.',
  more: (name: string) => `All of what ${name} says`,
  names: 'Show their names',
  moreFailed: (count: number) => `Show all ${tests(count)} that failed`,
  fewer: 'Show fewer',
  omitted: (count: number) => `${tests(count)} not listed here.`,
} as const
