/** Where the sandbox shows our reporters, and the variable that says where they write. */
export const reporterFolder = '/reynard/reporters'
export const reportVariable = 'REYNARD_TEST_REPORT'

/** A reporter for node:test: a line of JSON per test. It shares a process with the project's runner, so nothing in it is a wall. */
export const nodeReporterSource = `
const brief = (error) => {
  if (!error) return null
  const cause = error.cause ?? error
  const name = cause?.name && cause.name !== 'AssertionError' ? cause.name + ': ' : ''
  const frames = String(cause?.stack ?? '').split('\\n').filter((line) => /^ +at .*\\/workspace\\//.test(line))
  const own = frames.slice(0, 8).map((line) => line.replace(/(file:\\/\\/)?\\/workspace\\//, '').replace(/^ +/, '  '))
  return [name + (cause?.message ?? String(cause)), ...own].join('\\n').slice(0, 4000)
}
export default async function* (source) {
  const path = []
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      path.length = data.nesting
      path[data.nesting] = data.name
      continue
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const error = data.details?.error
    const isGroup = data.details?.type === 'suite' || error?.failureType === 'subtestsFailed'
    if (isGroup && (type === 'test:pass' || error?.failureType === 'subtestsFailed')) continue
    const skipped = data.skip !== undefined || data.todo !== undefined
    const above = path.slice(0, data.nesting)
    yield JSON.stringify({
      name: [...above, data.name].filter(Boolean).join(' › '),
      file: data.file ?? null,
      line: data.line ?? null,
      state: skipped ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed',
      durationMs: Math.max(0, data.details?.duration_ms ?? 0),
      message: type === 'test:fail' && !skipped ? brief(error) : null,
    }) + '\\n'
  }
}
`

/** The same for pytest, as a plugin. */
export const pytestPluginSource = `
import json, os

_report = os.environ['${reportVariable}']

def _write(**case):
    with open(_report, 'a', encoding='utf-8') as file:
        file.write(json.dumps(case) + '\\n')

def _message(report):
    crash = getattr(report.longrepr, 'reprcrash', None)
    text = str(report.longrepr)[-3000:]
    return crash.message + '\\n\\n' + text if crash else text

def pytest_runtest_logreport(report):
    if report.when != 'call' and report.outcome == 'passed':
        return
    path, line, name = report.location
    _write(
        name=name if report.when == 'call' or report.skipped else report.when + ' of ' + name,
        file=path, line=(line or 0) + 1, state=report.outcome, durationMs=report.duration * 1000,
        message=_message(report) if report.failed else None,
    )

def pytest_collectreport(report):
    if report.failed:
        _write(name=report.nodeid, file=report.nodeid.split('::')[0], state='failed', message=_message(report))
`
