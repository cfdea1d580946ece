import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { wallsHere } from '../../testing/walls-here.ts'
import type { AnyTool } from '../tool.ts'
import { extractApi } from './extract-api.ts'
import { findSymbol } from './find-symbol.ts'
import { lintCode } from './lint-code.ts'
import { measureCode } from './measure-code.ts'
import { outline } from './outline.ts'
import { searchCode } from './search-code.ts'

let kit: ToolKit
beforeAll(async () => {
  kit = await openToolKit()
  for (const [path, content] of Object.entries(files)) await kit.workspace.write(path, content)
})
afterAll(() => kit.close())

const { L3 } = (await wallsHere()).levels

const files = {
  'src/fox.ts': `import { den } from './den.ts'

/**
 * How far a fox goes.
 * @param days whole days
 */
export function range(days: number): number {
  if (days < 0 || days > 30) return 0
  for (let day = 0; day < days; day++) {
    if (day % 7 === 0) continue
  }
  return days * den
}

export class Fox {
  #name = ''
  /** Its name, for people. */
  get name(): string {
    return this.#name
  }
  private hide() {}
}
const helper = (a: string) => a.trim()
export type Paw = { left: boolean }
export { helper as tidy }
`,
  'src/den.ts': 'export const den = 4\n// den is a word here\nconst unused = debugger_("den")\n',
  'src/bad.js': 'const a = 1\nif (a = 2) {}\nif (a === NaN) { debugger }\n',
  'tools/shed.py': `import os
import json

def load(path, cache={}):
    """Reads a shed.

    Returns its tools.
    """
    if path and os.path.exists(path):
        return [tool for tool in cache if tool]
    try:
        return {}
    except:
        return None

class Shed:
    """Where tools are."""
    def open(self):
        pass
    def _lock(self):
        pass
`,
  'tools/broken.py': 'def f(:\n',
  'cmd/main.go': `package main

// Add adds.
func (c *Counter) Add(n int) int {
	if n > 0 && n < 9 {
		return n
	}
	return 0
}

type Counter struct{ total int }
`,
  'site/page.html': '<h1>Foxes</h1><div id="den"><p>x</p></div>',
  'site/page.css': '@media print { .den { color: red } }\n',
  'node_modules/x/index.js': 'export const den = 1\n',
}
const rows = async (tool: AnyTool, input: Record<string, unknown>) => {
  const { display } = await kit.call(tool, input)
  if (display.kind !== 'table') throw new Error(`No table: ${JSON.stringify(display)}`)
  return display.rows
}

describe.skipIf(!L3.available)('tools that read code', () => {
  test('outline: what is defined, where, and whether others can use it', async () => {
    expect(await rows(outline, { path: 'src/fox.ts' })).toEqual([
      ['src/fox.ts:7-13', 'function', 'range', 'yes'],
      ['src/fox.ts:15-22', 'class', 'Fox', 'yes'],
      ['src/fox.ts:18-20', 'method', '  name', ''],
      ['src/fox.ts:21-21', 'method', '  hide', ''],
      ['src/fox.ts:23-23', 'function', 'helper', ''],
      ['src/fox.ts:24-24', 'type', 'Paw', 'yes'],
    ])
    expect((await rows(outline, { path: 'tools/shed.py' })).map(([, what, name]) => `${what} ${name}`)).toEqual([
      'function load',
      'class Shed',
      'function   open',
      'function   _lock',
    ])
    expect((await rows(outline, { path: 'cmd' })).map(([, what, name]) => `${what} ${name}`)).toEqual([
      'method Counter.Add',
      'type Counter',
    ])
    expect((await rows(outline, { path: 'site' })).map(([, , name]) => name)).toEqual([
      '@media print',
      '  .den',
      'h1 Foxes',
      'div#den',
    ])
  })

  test('find_symbol: definitions first, then uses; no words, no dependencies', async () => {
    expect(await rows(findSymbol, { name: 'den' })).toEqual([
      ['src/den.ts:1', 'defines variable', 'export const den = 4'],
      ['src/fox.ts:1', 'imports', "import { den } from './den.ts'"],
      ['src/fox.ts:12', 'uses', 'return days * den'],
    ])
    expect((await kit.call(findSymbol, { name: 'badger' })).content).toContain('neither defined nor used')
    expect((await rows(findSymbol, { name: 'Add' }))[0]).toEqual([
      'cmd/main.go:4',
      'defines method',
      'func (c *Counter) Add(n int) int {',
    ])
  })

  test('search_code: by structure, with what metavariables stand for', async () => {
    expect(await rows(searchCode, { pattern: 'for ($$$HEAD) { $$$BODY }', language: 'typescript' })).toMatchObject([
      ['src/fox.ts:9', expect.stringContaining('for (let day'), expect.any(String)],
    ])
    expect(await rows(searchCode, { pattern: '$A.exists($B)', language: 'python' })).toEqual([
      ['tools/shed.py:9', 'os.path.exists(path)', '$A = os.path, $B = path'],
    ])
    const none = await kit.call(searchCode, { pattern: 'foo((', language: 'javascript' })
    expect(none.content).toContain('Nothing has this structure')
  })

  test('measure_code: the most involved first, what lies within a function counts once', async () => {
    const all = await rows(measureCode, {})
    expect(all[0]).toEqual(['src/fox.ts:7', 'range', 5, 7, 2, 1])
    expect(all.find(([, name]) => name === 'load')).toEqual(['tools/shed.py:4', 'load', 5, 11, 1, 2])
    expect(all.find(([, name]) => name === 'Add')).toEqual(['cmd/main.go:4', 'Add', 3, 6, 1, 1])
    expect(all.filter(([place]) => String(place).startsWith('node_modules'))).toEqual([])
  })

  test('lint_code: errors first, JavaScript and Python, by our own rules', async () => {
    const all = await rows(lintCode, {})
    const found = all.map(([place, rule]) => `${place} ${rule}`)
    expect(found).toContain('src/bad.js:3 use-isnan')
    expect(found).toContain('src/bad.js:3 no-debugger')
    expect(found.some((each) => each.startsWith('tools/broken.py:1 syntax'))).toBe(true)
    expect(found.some((each) => /^tools\/shed\.py:2 /.test(each))).toBe(true)
    const severities = all.map((row) => row[3])
    expect(severities).toEqual(severities.toSorted())
    expect((await kit.call(lintCode, { path: 'src/fox.ts' })).content).not.toContain('bad.js')
    expect((await kit.call(lintCode, { path: 'site' })).content).toContain('no file of a language')
  })

  test('extract_api: what is exported, with its words, as markdown', async () => {
    const { content } = await kit.call(extractApi, { path: 'src/fox.ts' })
    expect(content).toContain('## src/fox.ts')
    expect(content).toContain('```typescript\nfunction range(days: number): number\n```\n\nHow far a fox goes.')
    expect(content).toContain('Its name, for people.')
    expect(content).toContain('Also exported: `helper as tidy`')
    expect(content).not.toContain('hide')
    const python = (await kit.call(extractApi, { path: 'tools/shed.py' })).content
    expect(python).toContain('def load(path, cache={}):')
    expect(python).toContain('Reads a shed.\n\nReturns its tools.')
    expect(python).not.toContain('_lock')
    expect((await kit.call(extractApi, { path: 'cmd' })).content).toMatch(
      /func \(c \*Counter\) Add\(n int\) int\n```\n\nAdd adds\./,
    )
  })

  test('a path that is not there, and one that leads out, are refused in words', async () => {
    await expect(kit.call(outline, { path: 'none.ts' })).rejects.toThrow('There is no none.ts')
    await expect(kit.call(outline, { path: '../beside' })).rejects.toMatchObject({ name: 'SandboxError' })
  })
})
