import type { TestCase } from '@reynard/protocol'
import type { SandboxSession, Workspace } from '@reynard/sandbox'
import { z } from 'zod'
import type { ToolCallContext } from '../tool.ts'
import type { FolderProject } from '../tool-session.ts'

/** More than any honest report has: what is larger is not read. Bytes. */
const mostBytes = 8 * 1024 * 1024
const mostMessage = 4_000
/** Where programs behind the wall see the workspace. */
const inside = '/workspace/'

/** One line of the reports that our own reporters write. */
const caseSchema = z.object({
  name: z.string(),
  file: z.string().nullish(),
  line: z.number().int().nonnegative().nullish(),
  state: z.enum(['passed', 'failed', 'skipped']),
  durationMs: z.number().nonnegative().nullish(),
  message: z.string().nullish(),
})
/** What is used of vitest's JSON. */
const vitestSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          duration: z.number().nonnegative().nullish(),
          failureMessages: z.array(z.string()).nullish(),
          location: z.object({ line: z.number() }).nullish(),
        }),
      ),
    }),
  ),
})

/** The form in which a runner writes its report. */
export type ReportFormat = 'lines' | 'vitest'

/** The cases of a report, or why there are none: the project's code wrote the file, and it may be anything. */
export type TestReport = { cases: TestCase[] } | { unreadable: string }

/**
 * Reads what a run left where it ran, through the checks of that place: a link, a pipe or a flood is refused. In a
 * folder of this machine the run had a copy. Nothing is thrown.
 */
export async function readTestReport(
  { session, sandbox }: Pick<ToolCallContext, 'session' | 'sandbox'>,
  path: string,
  format: ReportFormat,
): Promise<TestReport> {
  try {
    const text = await (session.folder === null
      ? fromWorkspace(session.workspace, path)
      : fromCopy(session.folder, sandbox, path))
    return { cases: parseTestReport(text, format) }
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) }
  }
}

async function fromWorkspace(workspace: Workspace, path: string): Promise<string> {
  if (workspace.find(path) === undefined) throw new Error('there is none')
  const { bytes, totalBytes } = await workspace.read(path, { length: mostBytes })
  if (totalBytes > mostBytes) throw new Error(`it has ${totalBytes} bytes`)
  return bytes.toString('utf8')
}

async function fromCopy(folder: FolderProject, sandbox: SandboxSession, path: string): Promise<string> {
  const changed = await folder.changedBy(sandbox)
  const text = changed && (await folder.textOf(changed.copy, path))
  if (text === null) throw new Error('there is none that is text')
  return text
}

/** Takes a report away, whatever stands at its place: it is none of the changes that a person is told of. */
export async function dropTestReport(
  { session, sandbox }: Pick<ToolCallContext, 'session' | 'sandbox'>,
  path: string,
): Promise<void> {
  const gone =
    session.folder === null
      ? session.workspace.discard(path)
      : sandbox.run({ level: 'L3', command: 'rm', args: ['-rf', '--', path] })
  // There may be none, and the walls may be closing.
  await gone.catch(() => {})
}

/**
 * JSON and nothing else: there is no other syntax here that could name a file or grow while it is read.
 * @throws {Error} where it is something else
 */
export function parseTestReport(text: string, format: ReportFormat): TestCase[] {
  return format === 'vitest' ? fromVitest(parse(text, vitestSchema)) : fromLines(text)
}

function fromLines(text: string): TestCase[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parse(line, caseSchema))
    .map(({ name, file, line, state, durationMs, message }) => ({
      name,
      file: placeOf(file, line),
      state,
      durationMs: durationMs ?? null,
      message: message?.slice(0, mostMessage) ?? null,
    }))
}

function fromVitest({ testResults }: z.infer<typeof vitestSchema>): TestCase[] {
  return testResults.flatMap((file): TestCase[] => {
    const cases = file.assertionResults.map(
      ({ fullName, status, duration, failureMessages, location }): TestCase => ({
        name: fullName,
        file: placeOf(file.name, location?.line),
        state: status === 'passed' || status === 'failed' ? status : 'skipped',
        durationMs: duration ?? null,
        message: ownFrames(failureMessages?.join('\n') ?? '').slice(0, mostMessage) || null,
      }),
    )
    // A file that could not even be loaded has no cases of its own.
    if (file.status !== 'failed' || cases.some(({ state }) => state === 'failed')) return cases
    const message = file.message?.slice(0, mostMessage) || null
    const broken = { name: placeOf(file.name) ?? '', file: placeOf(file.name), durationMs: null, message }
    return [...cases, { ...broken, state: 'failed' }]
  })
}

/** Of the way by which a failure came, what leads through the project's own code; paths as they are in the workspace. */
function ownFrames(message: string): string {
  return message
    .split('\n')
    .filter((line) => !/^\s+at .*(?:node_modules|node:internal|new Promise \(<anonymous>\))/.test(line))
    .map((line) => line.replace(/(?:file:\/\/)?\/workspace\//, ''))
    .join('\n')
}

function parse<Value>(text: string, schema: z.ZodType<Value>): Value {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error('it is no JSON')
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new Error('it has another form than a report')
  return parsed.data
}

function placeOf(file: string | null | undefined, line?: number | null): string | null {
  if (!file) return null
  const path = file.replace(/^file:\/\//, '')
  const within = path.startsWith(inside) ? path.slice(inside.length) : path
  return line ? `${within}:${line}` : within
}
