import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HELP_FOR } from '@reynard/protocol'
import { expect, it } from 'vitest'
import { readHelp, splitAtAnchors } from './read-help.ts'

const root = join(import.meta.dirname, '../../../../..')

it('has a part for every link that an error carries', async () => {
  const anchors = new Set((await readHelp()).map((section) => section.id))
  const linked = new Set<string>()
  for (const file of globSync('packages/*/src/**/*.ts', { cwd: root })) {
    if (file.endsWith('.test.ts')) continue
    for (const [, anchor] of readFileSync(join(root, file), 'utf8').matchAll(/docs: '([a-z-]+)'/g))
      linked.add(anchor ?? '')
  }
  expect(linked.size).toBeGreaterThan(3)
  expect([...linked].filter((anchor) => !anchors.has(anchor))).toEqual([])
})

it('has a part for every kind of error', async () => {
  const anchors = new Set((await readHelp()).map((section) => section.id))
  expect(Object.values(HELP_FOR).filter((anchor) => !anchors.has(anchor))).toEqual([])
})

it('keeps what stands before the first anchor', () => {
  expect(splitAtAnchors('# Help\n\n<a id="one"></a>\n\n## One\n')).toEqual([
    { id: null, markdown: '# Help\n\n' },
    { id: 'one', markdown: '\n\n## One\n' },
  ])
})
