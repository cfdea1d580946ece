import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReynardClient } from '@reynard/client'
import { openDatabase, restoreDatabase } from '@reynard/db'
import type { StorageView } from '@reynard/protocol'
import { expect, test } from 'vitest'
import { openTestServer } from '../testing/open-test-server.ts'

test('parts are counted, and a backup that is made under load restores into a fresh folder with all that was acknowledged before', async () => {
  const server = await openTestServer({ fake: { models: ['fox:1b'] } })
  const client = createReynardClient({ baseUrl: server.url })
  const fresh = await mkdtemp(join(tmpdir(), 'reynard-fresh-'))
  try {
    await expect.poll(() => server.server.status().defaultModel).not.toBeNull()
    await mkdir(join(server.dataDir, 'workspaces', 'a', 'b'), { recursive: true })
    await writeFile(join(server.dataDir, 'workspaces', 'a', 'b', 'c.txt'), 'x'.repeat(1_000))
    let view: StorageView | undefined
    client.trpc.admin.watchStorage.subscribe(undefined, { onData: (next) => (view = next) })
    const size = (part: string) => view?.sizes.find((one) => one.part === part)
    await expect.poll(() => size('workspaces'), { timeout: 5_000 }).toMatchObject({ bytes: 1_000, files: 1 })
    expect(size('database')?.bytes).toBeGreaterThan(10_000)

    const remember = (text: string) => client.trpc.chat.memory.create.mutate({ text })
    for (let nth = 0; nth < 20; nth++) await remember(`Before ${nth}`)
    let busy = true
    const load = (async () => {
      for (let nth = 0; busy; nth++) await remember(`Meanwhile ${nth}`)
    })()
    const made = await client.trpc.admin.backUp.mutate()
    busy = false
    await load
    await expect.poll(() => view?.backups, { timeout: 5_000 }).toMatchObject([{ name: made.name, bytes: made.bytes }])
    expect((await readdir(join(server.dataDir, 'backups'))).filter((name) => name.includes('partial'))).toEqual([])

    await restoreDatabase({ dataDir: fresh, file: join(server.dataDir, 'backups', made.name) })
    const db = await openDatabase({ dataDir: fresh })
    const texts = (await db.kysely.selectFrom('memories').select('text').execute()).map(({ text }) => text)
    await db.close()
    const before = texts.filter((text) => text.startsWith('Before'))
    expect(before).toHaveLength(20)
    // Of what came meanwhile it has the beginning without a gap: one moment.
    const meanwhile = texts.filter((text) => text.startsWith('Meanwhile'))
    expect(meanwhile.toSorted()).toEqual(meanwhile.map((_, nth) => `Meanwhile ${nth}`).toSorted())
  } finally {
    await client.close()
    await server.close()
    await rm(fresh, { recursive: true, force: true })
  }
})
