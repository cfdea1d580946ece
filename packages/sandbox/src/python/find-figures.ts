import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { figureFolder } from './runner-source.ts'

/**
 * The figures of one run, as paths in the workspace, in the order they were drawn. The program inside could have put links or pipes
 * there, so only plain files count; whoever reads one opens it beneath the workspace.
 */
export function findFigures(workspace: string, prefix: string): string[] {
  const folder = join(workspace, figureFolder)
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  const order = (name: string) => Number(name.slice(prefix.length + 1, -'.png'.length))
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${prefix}-`) && /^\d{1,2}\.png$/.test(name.slice(prefix.length + 1)))
    .filter((name) => {
      const status = lstatSync(join(folder, name), { throwIfNoEntry: false })
      return status?.isFile() === true && status.nlink === 1
    })
    .sort((first, second) => order(first) - order(second))
    .map((name) => `${figureFolder}/${name}`)
}
