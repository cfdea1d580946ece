import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findCgroup } from './find-cgroup.ts'

/** A tree as the kernel shows it, of plain files. */
function fakeTree(options: { controllers: Record<string, string>; mounts: (root: string) => string[]; own: string[] }) {
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'))
  for (const [folder, handedDown] of Object.entries(options.controllers)) {
    mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(join(root, folder, 'cgroup.subtree_control'), handedDown)
    writeFileSync(join(root, folder, 'cgroup.procs'), '')
  }
  writeFileSync(join(root, 'mountinfo'), options.mounts(root).join('\n'))
  writeFileSync(join(root, 'cgroup'), `${options.own.join('\n')}\n`)
  return root
}

test('version 2: the nearest group above the own one that hands memory and pids down', () => {
  const root = fakeTree({
    controllers: { '': 'cpu', user: 'memory pids\n', 'user/app': 'cpu memory pids\n', 'user/app/reynard.service': '' },
    mounts: (folder) => [`30 23 0:26 / ${folder} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate`],
    own: ['0::/user/app/reynard.service'],
  })
  expect(findCgroup(root)).toEqual({ version: 2, group: join(root, 'user/app') })
})

test('version 2 without delegation is none', () => {
  const root = fakeTree({
    controllers: { '': 'cpu', app: 'cpu' },
    mounts: (folder) => [`30 23 0:26 / ${folder} rw - cgroup2 cgroup2 rw`],
    own: ['0::/app'],
  })
  expect(findCgroup(root)).toBeNull()
})

test('version 1: the own groups of both controllers, also where a container shows a part of the tree', () => {
  const root = fakeTree({
    controllers: { 'memory/x': '', 'cpu,pids': '' },
    mounts: (folder) => [
      `31 23 0:27 /docker/abc ${folder}/memory rw - cgroup cgroup rw,memory`,
      `32 23 0:28 / ${folder}/cpu,pids rw - cgroup cgroup rw,cpu,pids`,
    ],
    own: ['4:memory:/docker/abc/x', '3:cpu,pids:/'],
  })
  expect(findCgroup(root)).toEqual({ version: 1, memory: join(root, 'memory/x'), pids: join(root, 'cpu,pids') })
})

test('a machine without any is none', () => {
  expect(findCgroup(mkdtempSync(join(tmpdir(), 'none-')))).toBeNull()
})
