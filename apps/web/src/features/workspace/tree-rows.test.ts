import type { FolderListing } from '@reynard/protocol'
import { describe, expect, it } from 'vitest'
import { isTabSeparated, kindOfFile, languageOf } from './kind-of-file.ts'
import { parentOf, rowKey, treeRows } from './tree-rows.ts'

const entry = (path: string, type: 'file' | 'folder' = 'file') => ({ path, type, bytes: 1, modifiedMs: 0 })
const page = (
  path: string,
  entries: ReturnType<typeof entry>[],
  total = entries.length,
  hidden = 0,
): FolderListing => ({
  path,
  entries,
  from: 0,
  total,
  hidden,
})

describe('the lines of the tree', () => {
  const known = new Map<string, FolderListing[] | null>([
    ['.', [page('.', [entry('src', 'folder'), entry('a.txt')], 700, 2)]],
    ['src', [page('src', [entry('src/lib', 'folder'), entry('src/b.ts')])]],
    ['src/lib', null],
  ])

  it('are what is in folders that are open, each under its folder', () => {
    const rows = treeRows(known, new Set(['src', 'src/lib']))
    expect(rows.map(rowKey)).toEqual([
      '=src',
      '=src/lib',
      'failed src/lib',
      '=src/b.ts',
      '=a.txt',
      'more .',
      'hidden .',
    ])
    expect(rows.map(({ level }) => level)).toEqual([1, 2, 3, 2, 1, 1, 1])
    expect(rows[4]).toMatchObject({ position: 2, size: 700 })
    expect(rows[5]).toMatchObject({ count: 500 })
  })

  it('leave out what is in a folder that is closed, also where its own folders were open', () => {
    expect(treeRows(known, new Set(['src/lib'])).map(rowKey)).toEqual(['=src', '=a.txt', 'more .', 'hidden .'])
    expect(treeRows(new Map(), new Set())).toEqual([])
  })

  it('know the folder around them', () => {
    expect([parentOf('a/b/c'), parentOf('a')]).toEqual(['a/b', null])
  })
})

describe('how a file is looked at', () => {
  it.each([
    ['a.PNG', 'image'],
    ['x/y.csv', 'table'],
    ['README.md', 'markdown'],
    ['a.pdf', 'document'],
    ['Dockerfile', 'code'],
    ['.gitignore', 'text'],
    ['picture.svg', 'code'],
    ['noname', 'text'],
  ])('%s is shown as %s', (path, kind) => expect(kindOfFile(path)).toBe(kind))

  it('knows languages by names and TSV by its own', () => {
    expect([languageOf('a.ts'), languageOf('.env'), isTabSeparated('a.tsv')]).toEqual(['ts', null, true])
  })
})
