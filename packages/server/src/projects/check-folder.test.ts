import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { checkFolder, type ProtectedFolders, protectedFolders } from './check-folder.ts'

const base = realpathSync(mkdtempSync(join(tmpdir(), 'folders-')))
const at = (path: string) => join(base, path)
const known: ProtectedFolders = {
  homes: [at('people/ada'), at('others/bob')],
  data: [at('people/ada/reynard/data')],
  code: [at('people/ada/reynard-code')],
}
beforeAll(() => {
  for (const path of [
    'others/bob',
    'people/ada/code/shop',
    'people/ada/.ssh/deep',
    'people/ada/reynard/data/workspaces',
    'people/ada/.code',
    'people/ada/Library/Keychains',
    'others/bob/AppData/Roaming',
    'others/bob/code/Library',
    'people/ada/reynard-code/packages',
  ])
    mkdirSync(at(path), { recursive: true })
  writeFileSync(at('people/ada/file'), '')
  symlinkSync(at('people/ada/code/shop'), at('link'))
  symlinkSync(at('people/ada'), at('home-link'))
  symlinkSync('/etc', at('people/ada/code/system'))
})
afterAll(() => rmSync(base, { recursive: true }))
const check = (path: string) => checkFolder(path, known)
afterEach(() => vi.unstubAllEnvs())

test('~ is the home of whoever runs the server', () => {
  vi.stubEnv('HOME', at('people/ada'))
  expect(check('~/code/shop')).toBe(at('people/ada/code/shop'))
  expect(() => check('~')).toThrow('home folder')
})

test('takes a folder of a project, also by a link, as the path that it really has', () => {
  expect(check(at('people/ada/code/shop'))).toBe(at('people/ada/code/shop'))
  expect(check(`${at('people/ada/code/shop')}/`)).toBe(at('people/ada/code/shop'))
  expect(check(at('people/ada/code/../code/shop'))).toBe(at('people/ada/code/shop'))
  expect(check(at('link'))).toBe(at('people/ada/code/shop'))
  expect(check(at('people/ada/code'))).toBe(at('people/ada/code'))
  expect(check(at('others/bob/code/Library'))).toBe(at('others/bob/code/Library'))
})

test.each([
  ['/', /whole machine/],
  ['/..', /whole machine/],
  [at('people/ada'), /home folder/],
  [at('home-link'), /home folder/],
  [at('people'), /data folder/],
  [at('others'), /holds folders/],
  [base, /data folder/],
  [at('people/ada/reynard/data'), /data folder/],
  [at('people/ada/reynard/data/workspaces'), /data folder/],
  [at('people/ada/reynard'), /data folder/],
  [at('people/ada/code/system'), /system/],
  [at('people/ada/.ssh'), /hidden/],
  [at('people/ada/.ssh/deep'), /hidden/],
  [at('people/ada/Library'), /programs/],
  [at('people/ada/Library/Keychains'), /programs/],
  [at('others/bob/AppData/Roaming'), /programs/],
  [at('people/ada/reynard-code'), /runs from/],
  [at('people/ada/reynard-code/packages'), /runs from/],
  ['/etc', /system/],
  ['/usr/bin', /system/],
  ['/proc/self', /system/],
  ['/tmp', /./],
  ['/var', /./],
])('refuses %s', (path, why) => {
  expect(() => check(path)).toThrow(expect.objectContaining({ code: 'forbidden', message: expect.stringMatching(why) }))
})

test.each([
  ['code/shop', 'bad-request'],
  ['~bob/code', 'bad-request'],
  ['file:///etc', 'bad-request'],
  ['/tmp/a\0b', 'bad-request'],
  ['/tmp/\u202egnp', 'bad-request'],
  [at('people/ada/file'), 'bad-request'],
  [at('people/ada/missing'), 'not-found'],
])('%j is no folder', (path, code) => {
  expect(() => check(path)).toThrow(expect.objectContaining({ code }))
})

test('knows the homes of this machine, and only what is there', () => {
  const { homes, data, code } = protectedFolders([base, at('missing')])
  expect(homes).toContain(realpathSync(homedir()))
  expect(data).toEqual([base])
  expect(code).toEqual([realpathSync(join(import.meta.dirname, '../../../..'))])
})
