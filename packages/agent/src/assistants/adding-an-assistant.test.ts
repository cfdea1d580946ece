import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { TOOLS } from '../tools/registry.ts'
import type { BuiltInAssistant } from './assistant.ts'

const packageFolder = join(import.meta.dirname, '..', '..')
const guide = readFileSync(join(packageFolder, '..', '..', 'docs', 'adding-an-assistant.md'), 'utf8')
/** The package as it is, within itself so that its dependencies are found, to which the guide is applied. */
const copy = mkdtempSync(join(packageFolder, '.guide-'))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

test('the guide to an assistant works as it stands: one file, one line', async () => {
  cpSync(join(packageFolder, 'src'), join(copy, 'src'), { recursive: true })
  const [file, importLine, line] = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '')
  const path = /`packages\/agent\/(src\/assistants\/[a-z-]+\.ts)`/.exec(guide)?.[1] ?? ''
  writeFileSync(join(copy, path), file ?? '')
  const registry = join(copy, 'src', 'assistants', 'registry.ts')
  const before = readFileSync(registry, 'utf8')
  writeFileSync(registry, importLine + before.replace(/(export const ASSISTANTS[^=]*= \[)/, `$1\n${line}`))

  const { ASSISTANTS }: { ASSISTANTS: readonly BuiltInAssistant[] } = await import(registry)
  const magpie = ASSISTANTS.find(({ id }) => id === 'magpie')
  expect(magpie).toMatchObject({ name: 'Magpie', defaults: { temperature: 0.2 } })
  expect(TOOLS.filter(({ name }) => magpie?.tools.includes(name))).toHaveLength(3)
})
