import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox, type Sandbox } from '@reynard/sandbox'
import { afterEach, expect, test } from 'vitest'
import { createToolSessions } from './tool-sessions.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'reynard-sessions-'))
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))
const nowhere = () => Promise.reject(new Error('No test comes here.'))
const ports: Parameters<typeof createToolSessions>[1] = {
  web: { searchEngine: () => null, search: nowhere, fetchPage: nowhere },
  noSearch: () => null,
  chatsFor: () => ({ search: nowhere }),
  folderOf: async () => null,
  authorOf: async () => null,
  isCopyWaitedFor: async () => false,
  limits: () => ({ bytes: 1_000, entries: 10 }),
}

/** The walls of a machine without bubblewrap. */
async function bareWalls(): Promise<Sandbox> {
  const walls = await createSandbox()
  const missing = {
    available: false as const,
    reason: 'bubblewrap is missing.',
    howToInstall: 'apt install bubblewrap',
  }
  return { ...walls, report: { ...walls.report, levels: { ...walls.report.levels, L3: missing } } }
}

test('a machine without a wall is known by the probe, and its tools are unavailable with the step that changes it', async () => {
  let opened = 0
  const sessions = createToolSessions(dataDir, ports, () => {
    opened += 1
    return bareWalls()
  })
  const sentence = 'bubblewrap is missing. apt install bubblewrap'
  expect(await sessions.probe()).toBe(sentence)
  expect(await sessions.unavailable({ level: 'L3' })).toBe(sentence)
  expect(await sessions.unavailable({ level: 'L1' })).toBeNull()
  expect(opened).toBe(1)
  await sessions.close()
})

test('a probe that fails is told and not thrown, and made anew when a tool needs it', async () => {
  let opened = 0
  const sessions = createToolSessions(dataDir, ports, () => {
    opened += 1
    return opened === 1 ? Promise.reject(new Error('The machine is out of processes.')) : bareWalls()
  })
  expect(await sessions.probe()).toBe('The machine is out of processes.')
  expect(await sessions.unavailable({ level: 'L1' })).toBeNull()
  await sessions.close()
})
