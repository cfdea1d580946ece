import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Download } from '@reynard/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CatalogEntry, catalog } from '../catalog.ts'
import { type StandInHub, sha256, startStandInHub } from '../testing/stand-in-hub.ts'
import { type Downloads, openDownloads } from './open-downloads.ts'

const content = randomBytes(1024 * 1024)
const entry: CatalogEntry = {
  ...catalog[0]!,
  file: 'small.gguf',
  sizeBytes: content.length,
  sha256: sha256(content),
}
let hub: StandInHub
let modelsDir: string
let downloads: Downloads

const open = () =>
  openDownloads({
    modelsDir,
    endpoint: hub.endpoint,
    token: 'secret',
    limits: { stallMs: 20_000, backoffMs: 1, tries: 2 },
  })

beforeEach(async () => {
  hub = await startStandInHub(content)
  modelsDir = await mkdtemp(join(tmpdir(), 'reynard-models-'))
  downloads = await open()
})
afterEach(async () => {
  await downloads.close()
  await hub.close()
  await rm(modelsDir, { recursive: true, force: true })
})

/** Resolves with the download as soon as it looks so. */
function until(id: string, holds: (download: Download) => boolean): Promise<Download> {
  return new Promise((resolve) => {
    const look = () => {
      const download = downloads.list().find((each) => each.id === id)
      if (!download || !holds(download)) return
      off()
      resolve(download)
    }
    const off = downloads.onChange(look)
    look()
  })
}

describe('downloads of the server', () => {
  test('bring a model and say so', async () => {
    expect(downloads.startEntry(entry)).toMatchObject({
      kind: 'huggingface',
      label: entry.label,
      totalBytes: content.length,
    })
    expect(await downloads.settled(entry.id)).toMatchObject({
      state: 'done',
      receivedBytes: content.length,
      error: null,
    })
    expect((await readFile(join(modelsDir, 'small.gguf'))).equals(content)).toBe(true)
  })

  test('pause, and go on from where they stood', async () => {
    hub.faults = ['stall']
    downloads.startEntry(entry)
    await until(entry.id, ({ receivedBytes }) => receivedBytes > 0)
    downloads.pause(entry.id)
    expect(await downloads.settled(entry.id)).toMatchObject({ state: 'paused' })
    downloads.resume(entry.id)
    expect(await downloads.settled(entry.id)).toMatchObject({ state: 'done' })
    expect(hub.seen.at(-1)?.range).toMatch(/^bytes=[1-9]/)
  })

  test('survive being paused and resumed in one breath', async () => {
    hub.faults = ['stall']
    downloads.startEntry(entry)
    await until(entry.id, ({ receivedBytes }) => receivedBytes > 0)
    downloads.pause(entry.id)
    downloads.resume(entry.id)
    expect(await downloads.settled(entry.id)).toMatchObject({ state: 'done' })
  })

  test('leave nothing behind when cancelled', async () => {
    hub.faults = ['stall']
    downloads.startEntry(entry)
    await until(entry.id, ({ receivedBytes }) => receivedBytes > 0)
    expect(await downloads.cancel(entry.id)).toMatchObject({ state: 'cancelled' })
    expect(await readdir(modelsDir)).toEqual(['.downloads.json'])
  })

  test('say why they failed, and can be tried again', async () => {
    hub.faults = [403]
    downloads.startEntry(entry)
    expect(await downloads.settled(entry.id)).toMatchObject({
      state: 'failed',
      error: { code: 'unauthorized', message: expect.stringContaining('HF_TOKEN') },
    })
    downloads.startEntry(entry)
    expect(await downloads.settled(entry.id)).toMatchObject({ state: 'done', error: null })
  })

  test('go on by themselves after a restart, and paused ones stay paused', async () => {
    const starter = catalog[0]!
    hub.linkedSize = starter.sizeBytes
    hub.faults = ['stall']
    downloads.start(starter.id)
    await until(starter.id, ({ receivedBytes }) => receivedBytes > 0)
    await downloads.close()
    hub.faults = ['stall']
    downloads = await open()
    await until(starter.id, ({ state, receivedBytes }) => state === 'running' && receivedBytes > content.length / 2)
    expect(hub.seen.at(-1)?.range).toMatch(/^bytes=[1-9]/)
    downloads.pause(starter.id)
    await downloads.settled(starter.id)
    await downloads.close()
    downloads = await open()
    expect(downloads.list()).toMatchObject([{ id: starter.id, state: 'paused' }])
  })

  test('refuse what the catalog does not have', () => {
    expect(() => downloads.start('no-such-model')).toThrow(expect.objectContaining({ code: 'not-found' }))
  })
})
