import { posix } from 'node:path'
import type { RunOptions } from '@reynard/sandbox'
import type { TestProject } from './find-project.ts'
import { nodeReporterSource, pytestPluginSource, reporterFolder, reportVariable } from './reporter-sources.ts'
import type { ReportFormat } from './test-report.ts'

const workspace = '/workspace'
const node = '/reynard/bin/node'
const patterns = [
  '**/*{.,-,_}{test,spec}.{js,mjs,cjs,ts,mts,cts}',
  '**/test-*.{js,mjs,cjs,ts,mts,cts}',
  '**/test/**/*.{js,mjs,cjs,ts,mts,cts}',
]

/** What is run behind the wall, and how it reports. `line` is what a person would type. */
export type TestCommand = Pick<RunOptions, 'command' | 'args' | 'binds' | 'files' | 'env'> & {
  line: string
  format: ReportFormat
}

/**
 * The command that runs a project's tests. Its own configuration is code and runs with it: behind the wall and nowhere else.
 * `report`: path of the workspace where the report goes.
 */
export function testCommand(project: TestProject, filter: string | undefined, report: string): TestCommand {
  const { runner, folder, target } = project
  const reportPath = `${workspace}/${report}`
  const from = posix.relative(folder, target) || '.'
  const only = from === '.' || from.startsWith('..') ? null : from
  const env = { [reportVariable]: reportPath, CI: '1', NO_COLOR: '1', PATH: `${posix.dirname(node)}:/usr/bin:/bin` }
  const within = (args: string[]) => ({
    command: '/usr/bin/env',
    args: ['-C', posix.join(workspace, folder), ...args],
  })
  const typed = (...words: (string | null)[]) => words.filter((word) => word !== null).join(' ')
  const binds = [{ from: process.execPath, to: node }]
  switch (runner) {
    case 'node:test': {
      const reporter = `${reporterFolder}/node-reporter.mjs`
      return {
        ...within([
          ...[node, '--test', '--test-reporter=spec', '--test-reporter-destination=stdout'],
          ...[`--test-reporter=${reporter}`, `--test-reporter-destination=${reportPath}`],
          ...(filter === undefined ? [] : [`--test-name-pattern=${filter}`]),
          ...nodeTargets(only),
        ]),
        binds,
        files: { [reporter]: nodeReporterSource },
        env,
        line: typed('node --test', filter === undefined ? null : `--test-name-pattern="${filter}"`, only),
        format: 'lines',
      }
    }
    case 'vitest':
      return {
        ...within([
          ...[node, 'node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json'],
          `--outputFile.json=${reportPath}`,
          ...['--includeTaskLocation', ...(filter === undefined ? [] : [`--testNamePattern=${filter}`])],
          ...(only === null ? [] : [`./${only}`]),
        ]),
        binds,
        env,
        line: typed('vitest run', filter === undefined ? null : `-t "${filter}"`, only),
        format: 'vitest',
      }
    case 'pytest':
      return {
        ...within([
          ...['/usr/bin/python3', '-m', 'pytest', '-p', 'reynard_report', '-p', 'no:cacheprovider', '--color=no'],
          ...(filter === undefined ? [] : [`-k${filter}`]),
          ...(only === null ? [] : [`./${only}`]),
        ]),
        files: { [`${reporterFolder}/reynard_report.py`]: pytestPluginSource },
        env: { ...env, PYTHONPATH: reporterFolder, PYTHONDONTWRITEBYTECODE: '1' },
        line: typed('pytest', filter === undefined ? null : `-k "${filter}"`, only),
        format: 'lines',
      }
    default:
      return runner satisfies never
  }
}

function nodeTargets(only: string | null): string[] {
  if (only === null) return []
  return /\.[cm]?[jt]sx?$/.test(only) ? [`./${only}`] : patterns.map((pattern) => `./${only}/${pattern}`)
}
