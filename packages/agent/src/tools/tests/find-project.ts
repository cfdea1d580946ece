import { posix } from 'node:path'
import type { Workspace } from '@reynard/sandbox'
import { z } from 'zod'

/** Programs that can run the tests of a project. */
export const testRunnerSchema = z.enum(['node:test', 'vitest', 'pytest'])
export type TestRunner = z.infer<typeof testRunnerSchema>

/** Where tests are run, and what of it: folder and targets are paths of the workspace, '.' for all of it. */
export type TestProject = { runner: TestRunner; folder: string; target: string }

const manifestSchema = z.object({
  scripts: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
  devDependencies: z.record(z.string(), z.unknown()).optional(),
})
const pythonMarks = ['pytest.ini', 'conftest.py', 'tox.ini', 'pyproject.toml', 'setup.cfg', 'setup.py']
const scriptTest = /(?:^|\/)(?:test-[^/]*|[^/]*[._-]test|test|[^/]*\.spec)\.[cm]?[jt]sx?$/
const pythonTest = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/
const skip = ['node_modules', '.git', '.venv', 'venv', '__pycache__', 'dist', 'build']
const mostEntries = 5_000
/** Of a script, that much is looked at: patterns go over it more than once, and it may be as long as its file. Characters. */
const longestCommand = 2_000

/**
 * The project that holds a path, and its runner by what lies there: package.json, the settings of pytest, else the names of files.
 * @throws {Error} for the model: where there is no project or no runner that is known
 */
export async function findTestProject(
  workspace: Workspace,
  path: string,
  asked: TestRunner | undefined,
  signal: AbortSignal,
): Promise<TestProject> {
  const target = posix.normalize(path).replace(/\/+$/, '') || '.'
  if (target !== '.' && workspace.find(target) === undefined) throw new Error(`There is no ${target} in the workspace.`)
  const { entries } = await workspace.list('.', { depth: 8, maxEntries: mostEntries, skip, signal })
  const files = entries.filter(({ type }) => type === 'file').map((entry) => entry.path)
  const isPython = asked === 'pytest' || (asked === undefined && /\.py$/.test(target))
  const marks = isPython ? pythonMarks : asked ? ['package.json'] : ['package.json', ...pythonMarks]
  const folder = above(target, files, marks) ?? (target === '.' ? shallowest(files, marks) : null) ?? '.'
  if (asked) return { runner: asked, folder, target }
  const within = files.filter((file) => beneath(file, target) || (target === '.' && beneath(file, folder)))
  const runner = await guess(workspace, folder, files, within)
  if (runner !== null) return { runner, folder, target }
  throw new Error(
    'No tests of node:test, vitest or pytest were found. Tests are files such as sum.test.js or test_sum.py. Name the runner if they are called otherwise.',
  )
}

async function guess(
  workspace: Workspace,
  folder: string,
  files: string[],
  within: string[],
): Promise<TestRunner | null> {
  const scripts = within.some((file) => scriptTest.test(file))
  const python = within.some((file) => pythonTest.test(file))
  // Both, or neither by name: what the project says of itself decides.
  if (python && !scripts) return 'pytest'
  const manifest = posix.join(folder, 'package.json')
  const {
    scripts: commands = {},
    dependencies = {},
    devDependencies = {},
  } = await readManifest(workspace, files, manifest)
  const command = String(commands.test ?? '').slice(0, longestCommand)
  if (/\bvitest\b/.test(command)) return 'vitest'
  if (/\bnode\b.*--test\b/.test(command)) return 'node:test'
  if ('vitest' in dependencies || 'vitest' in devDependencies) return 'vitest'
  if (files.some((file) => posix.dirname(file) === folder && /^vitest\.config\./.test(posix.basename(file))))
    return 'vitest'
  if ('jest' in dependencies || 'jest' in devDependencies || /\bjest\b/.test(command))
    throw new Error('This project uses Jest, which is not among the runners here: node:test, vitest, pytest.')
  if (scripts) return 'node:test'
  return null
}

async function readManifest(
  workspace: Workspace,
  files: string[],
  path: string,
): Promise<z.infer<typeof manifestSchema>> {
  if (!files.includes(path)) return {}
  try {
    const { bytes } = await workspace.read(path)
    return manifestSchema.parse(JSON.parse(bytes.toString('utf8')))
  } catch {
    return {}
  }
}

const beneath = (file: string, folder: string) => folder === '.' || file === folder || file.startsWith(`${folder}/`)

function above(target: string, files: string[], marks: string[]): string | null {
  for (let folder = target; ; folder = posix.dirname(folder)) {
    if (marks.some((mark) => files.includes(posix.join(folder, mark)))) return folder
    if (folder === '.') return null
  }
}

/** Of an archive that was unpacked into a folder of its own. */
function shallowest(files: string[], marks: string[]): string | null {
  const found = files.filter((file) => marks.includes(posix.basename(file))).map((file) => posix.dirname(file))
  return found.toSorted((one, other) => one.split('/').length - other.split('/').length)[0] ?? null
}
