import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import type { Cell } from '../analysis-answer.ts'
import { type SourcePlace, sourceFiles, workspaceFolder } from '../syntax/source-files.ts'

const python = '/usr/bin/python3'

/** pyflakes where the machine has it; else what compiling says, and names that are imported and never used. Nothing of it is run. */
const script = `
import ast, json, sys, warnings
try:
    from pyflakes import checker
except ImportError:
    checker = None

def check(path):
    with open(path, 'rb') as file:
        source = file.read()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        try:
            tree = ast.parse(source, path)
            compile(tree, path, 'exec', dont_inherit=True)
        except SyntaxError as error:
            yield error.lineno or 1, 'syntax', str(error.msg), 'error'
            return
        except (ValueError, RecursionError, MemoryError) as error:
            yield 1, 'syntax', str(error) or type(error).__name__, 'error'
            return
    for warning in caught:
        yield warning.lineno, 'syntax-warning', str(warning.message), 'warning'
    if checker:
        for found in checker.Checker(tree, filename=path).messages:
            yield found.lineno, type(found).__name__, found.message % found.message_args, 'warning'
        return
    if path.endswith('__init__.py'):
        return
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    exported = {value.value for node in tree.body if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == '__all__'
        for value in getattr(node.value, 'elts', []) if isinstance(value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, 'module', '') != '__future__':
            for alias in node.names:
                name = alias.asname or alias.name.split('.')[0]
                if name != '*' and name not in used | exported:
                    yield node.lineno, 'unused-import', name + ' is imported and not used', 'warning'
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, 'bare-except', 'except without a type also takes KeyboardInterrupt', 'warning'
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for default in node.args.defaults + node.args.kw_defaults:
                if isinstance(default, (ast.List, ast.Dict, ast.Set)):
                    yield node.lineno, 'mutable-default', 'the default of ' + node.name + ' is shared by all its calls', 'warning'

for path in json.load(sys.stdin):
    for line, rule, message, severity in check(path):
        print(json.dumps([path + ':' + str(line), rule, message[:500], severity]))
`

const lineSchema = z.tuple([z.string(), z.string(), z.string(), z.string()])

/** Place, rule, message, severity, of Python. */
export async function checkPython(place: SourcePlace, notes: Set<string>): Promise<{ rows: Cell[][]; files: number }> {
  const files = [...sourceFiles(place, notes, (language) => language === 'python')].map((file) => file.path)
  if (files.length === 0) return { rows: [], files: 0 }
  if (!existsSync(python)) {
    notes.add('Python is not installed here, so its files were not checked.')
    return { rows: [], files: 0 }
  }
  const stdout = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      python,
      ['-I', '-B', '-c', script],
      { cwd: workspaceFolder, maxBuffer: 16 << 20 },
      (error, output) => {
        if (error) reject(new Error(`The check of Python ended with ${error.code ?? error.signal}.`, { cause: error }))
        else resolve(output)
      },
    )
    child.stdin?.end(JSON.stringify(files))
  })
  const lines = stdout.split('\n').filter((line) => line !== '')
  return { rows: lines.map((line) => lineSchema.parse(JSON.parse(line))), files: files.length }
}
