import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { mayHoldSecrets } from '../../files/secret-files.ts'
import type { Cell } from '../analysis-answer.ts'
import { type SourcePlace, workspaceFolder } from '../syntax/source-files.ts'
import { lintConfigPath } from './lint-config.ts'

const reportSchema = z.object({
  diagnostics: z.array(
    z.object({
      message: z.string(),
      code: z.string().nullish(),
      severity: z.string(),
      help: z.string().nullish(),
      filename: z.string().nullish(),
      labels: z.array(z.object({ span: z.object({ line: z.number().nullish(), offset: z.number() }) })),
    }),
  ),
  number_of_files: z.number().nullish(),
})

/** Place, rule, message, severity, of JavaScript and TypeScript. */
export async function runOxlint({ path, leavesOutSecrets }: SourcePlace): Promise<{ rows: Cell[][]; files: number }> {
  const manifest = createRequire(import.meta.url).resolve('oxlint/package.json')
  const args = [
    ...[
      join(dirname(manifest), 'bin', 'oxlint'),
      '--format=json',
      `--config=${lintConfigPath}`,
      '--disable-nested-config',
    ],
    ...['--threads=2', '--ignore-pattern=**/node_modules/**', '--', `./${path}`],
  ]
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, { cwd: workspaceFolder, maxBuffer: 16 << 20 }, (error, output) => {
      // 1: something was found.
      if (error && error.code !== 1)
        reject(new Error(`oxlint ended with ${error.code ?? error.signal}.`, { cause: error }))
      else resolve(output)
    })
  })
  if (!stdout.trimStart().startsWith('{')) return { rows: [], files: 0 }
  const { diagnostics, number_of_files } = reportSchema.parse(JSON.parse(stdout))
  const told = diagnostics.filter(({ filename }) => !leavesOutSecrets || !mayHoldSecrets(filename ?? path))
  const rows = told.map(({ message, code, severity, help, filename, labels }): Cell[] => [
    `${(filename ?? path).replace(/^\.\//, '')}:${labels[0]?.span.line ?? 1}`,
    (code ?? '').replace(/^eslint\((.*)\)$/, '$1'),
    help ? `${message} ${help}` : message,
    severity,
  ])
  return { rows, files: number_of_files ?? 0 }
}
