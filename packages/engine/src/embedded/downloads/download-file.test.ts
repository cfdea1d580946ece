import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type StandInHub, sha256, startStandInHub } from '../testing/stand-in-hub.ts'
import { asDownloadError } from './download-error.ts'
import { type DownloadFileOptions, downloadFile } from './download-file.ts'

const content = randomBytes(2 * 1024 * 1024)
let hub: StandInHub
let folder: string

beforeEach(async () => {
  hub = await startStandInHub(content)
  folder = await mkdtemp(join(tmpdir(), 'reynard-download-'))
})
afterEach(async () => {
  await hub.close()
  await rm(folder, { recursive: true, force: true })
})

function fetchModel(more: Partial<DownloadFileOptions> = {}) {
  return downloadFile({
    url: `${hub.endpoint}/some/model/resolve/main/model.gguf`,
    path: join(folder, 'model.gguf'),
    expectedBytes: content.length,
    checksum: { algorithm: 'sha256', hex: sha256(content) },
    headers: { Authorization: 'Bearer secret' },
    signal: new AbortController().signal,
    stallMs: 300,
    connectMs: 2000,
    backoffMs: 1,
    tries: 3,
    ...more,
  })
}

async function expectWhole() {
  expect((await readFile(join(folder, 'model.gguf'))).equals(content)).toBe(true)
  expect(await readdir(folder)).toEqual(['model.gguf'])
}

describe('a download', () => {
  test('follows the redirect and puts the whole file in place', async () => {
    const seen: number[] = []
    await fetchModel({ onProgress: ({ receivedBytes }) => seen.push(receivedBytes) })
    await expectWhole()
    expect(seen.at(-1)).toBe(content.length)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })

  test('shows its token to the endpoint and never to where it is sent on', async () => {
    await fetchModel()
    expect(hub.seen.map(({ host, authorization }) => [host, authorization])).toEqual([
      ['endpoint', 'Bearer secret'],
      ['storage', undefined],
    ])
  })

  test('goes on where it stood when the connection breaks off', async () => {
    hub.faults = ['break-off', 'break-off']
    await fetchModel()
    await expectWhole()
    const ranges = hub.seen.filter(({ host }) => host === 'storage').map(({ range }) => range)
    expect(ranges[0]).toBeUndefined()
    expect(ranges).toHaveLength(3)
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/)
  })

  test('gives up on a server that stops sending, and goes on from there', async () => {
    hub.faults = ['stall']
    await fetchModel()
    await expectWhole()
    expect(hub.seen.at(-1)?.range).toBeDefined()
  })

  test('goes on after an abort, from what an earlier process left', async () => {
    hub.faults = ['stall']
    const stop = new AbortController()
    const first = fetchModel({
      stallMs: 60_000,
      signal: stop.signal,
      onProgress: ({ receivedBytes }) => receivedBytes >= 1e6 && stop.abort(),
    })
    await expect(first).rejects.toMatchObject({ code: 'aborted' })
    expect((await readdir(folder)).sort()).toEqual(['model.gguf.part', 'model.gguf.part.json'])
    await fetchModel()
    await expectWhole()
    expect(hub.seen.at(-1)?.range).toMatch(/^bytes=[1-9]/)
  })

  test('starts from the first byte where the server takes no range', async () => {
    hub.faults = ['break-off', 'ignore-range']
    await fetchModel()
    await expectWhole()
  })

  test('starts afresh where the file on the server has changed', async () => {
    hub.faults = ['stall']
    const stop = new AbortController()
    await expect(
      fetchModel({ stallMs: 60_000, signal: stop.signal, onProgress: () => stop.abort() }),
    ).rejects.toMatchObject({ code: 'aborted' })
    const other = randomBytes(content.length)
    Object.assign(hub, { content: other, etag: '"v2"', linkedSha256: sha256(other) })
    await fetchModel({ checksum: { algorithm: 'sha256', hex: sha256(other) } })
    expect((await readFile(join(folder, 'model.gguf'))).equals(other)).toBe(true)
  })

  test('starts afresh where only the hub tells that the bytes are others', async () => {
    hub.faults = ['stall']
    const stop = new AbortController()
    await expect(
      fetchModel({ stallMs: 60_000, signal: stop.signal, onProgress: () => stop.abort() }),
    ).rejects.toMatchObject({ code: 'aborted' })
    const other = randomBytes(content.length)
    Object.assign(hub, { content: other, linkedSha256: sha256(other) })
    await fetchModel({ checksum: undefined })
    expect((await readFile(join(folder, 'model.gguf'))).equals(other)).toBe(true)
  })

  test('finishes a part that was whole already', async () => {
    await writeFile(join(folder, 'model.gguf.part'), content)
    const url = `${hub.endpoint}/some/model/resolve/main/model.gguf`
    const sidecar = { url, etag: hub.etag, linkedSha256: hub.linkedSha256, totalBytes: content.length }
    await writeFile(join(folder, 'model.gguf.part.json'), JSON.stringify(sidecar))
    await fetchModel()
    await expectWhole()
  })

  test.each([
    ['the catalog', { checksum: { algorithm: 'sha256', hex: sha256(Buffer.from('other')) } }, undefined],
    ['the hub', { checksum: undefined }, sha256(Buffer.from('other'))],
  ] as const)('throws away a file that is not what %s says', async (_who, more, linked) => {
    if (linked) hub.linkedSha256 = linked
    await expect(fetchModel(more)).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('checksum'),
    })
    expect(await readdir(folder)).toEqual([])
  })

  test('does not fetch a file of another size than the one that is known', async () => {
    await expect(fetchModel({ expectedBytes: 1000 })).rejects.toMatchObject({
      message: expect.stringContaining('instead of 1000'),
    })
    expect(await readdir(folder)).toEqual([])
  })

  test.each([
    [404, 'not-found'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
  ] as const)('asks once where the answer is %i', async (status, code) => {
    hub.faults = [status]
    await expect(fetchModel()).rejects.toMatchObject({ code })
    expect(hub.seen).toHaveLength(1)
  })

  test('waits and asks again where it is asked too often', async () => {
    hub.faults = [429]
    await fetchModel()
    await expectWhole()
  })

  test('gives up in the end where it is always asked too often', async () => {
    hub.faults = [429, 429, 429]
    await expect(fetchModel()).rejects.toMatchObject({ code: 'too-many-requests' })
  })

  test('says which host is out of reach', async () => {
    const { endpoint } = hub
    await hub.close()
    await expect(fetchModel()).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining(new URL(endpoint).host),
    })
  })

  test('does not begin what the disk has no room for', async () => {
    hub.linkedSize = 1e15
    const wish = { expectedBytes: undefined, checksum: undefined }
    await expect(fetchModel(wish)).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('The disk of'),
    })
    expect(await readdir(folder)).toEqual([])
  })

  test.skipIf(process.platform !== 'linux')('says that the disk is full', async () => {
    const error: unknown = await writeFile('/dev/full', 'x').catch((reason: unknown) => reason)
    const where = { url: hub.endpoint, path: join(folder, 'model.gguf') }
    expect(asDownloadError(error, where)).toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('is full'),
    })
  })

  test('names the folder that is none', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(fetchModel({ path: join(folder, 'file', 'model.gguf') })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('REYNARD_MODELS_DIR'),
    })
  })
})
