import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { makeGguf } from '../testing/make-gguf.ts'
import { knownArchitectures } from './architectures.ts'
import { type ModelsFolder, openModelsFolder } from './models-folder.ts'

const librarySchema = z.object({ GgufArchitectureType: z.record(z.string(), z.string()) })
let modelsDir: string
let folder: ModelsFolder

beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'reynard-folder-'))
  folder = openModelsFolder(modelsDir)
})
afterEach(async () => {
  folder.close()
  vi.useRealTimers()
  await rm(modelsDir, { recursive: true, force: true })
})

async function put(path: string, metadata: Record<string, string | number> = {}) {
  const file = join(modelsDir, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, makeGguf({ 'general.architecture': 'qwen3', ...metadata }))
  return file
}
/** Every file was written long ago. */
async function quiet() {
  for (const name of await readdir(modelsDir)) await utimes(join(modelsDir, name), new Date(0), new Date(0))
}
const names = async () => (await folder.list()).map(({ name }) => name)

describe('the folder of models', () => {
  test('reads what a file says of itself', async () => {
    await put('Qwen3-Test.gguf', {
      'general.size_label': '4B',
      'general.file_type': 15,
      'general.license': 'apache-2.0',
      'general.sampling.temp': 0.5,
      'qwen3.context_length': 40_960,
      'tokenizer.chat_template': '{% if tools %}…{% endif %}<think>',
    })
    expect(await folder.list()).toMatchObject([
      {
        name: 'Qwen3-Test',
        family: 'qwen3',
        parameterSize: '4B',
        quantization: 'Q4_K_M',
        contextTokensMax: 40_960,
        capabilities: ['completion', 'tools', 'thinking'],
        license: 'apache-2.0',
        // The file's own word goes before what its publisher says elsewhere.
        recommended: { temperature: 0.5, topP: 0.95 },
      },
    ])
  })

  test('tells models that make vectors, and what only sees for others', async () => {
    await put('embed.gguf', { 'general.architecture': 'nomic-bert' })
    await put('mmproj.gguf', { 'general.architecture': 'clip' })
    expect(await folder.list()).toMatchObject([{ name: 'embed', capabilities: ['embedding'] }])
    expect(folder.unusable()).toMatchObject([{ name: 'mmproj', problem: expect.stringContaining('pictures') }])
  })

  test('looks two folders deep, past what is hidden, and makes names of odd ones', async () => {
    await put('some/where/deep.gguf')
    await put('too/far/down/there.gguf')
    await put('.wheel-x/unpacking.gguf')
    await put('my model (1).gguf')
    expect(await names()).toEqual(['my-model--1-', 'some/where/deep'])
  })

  test('says of a file that is being copied that it is on its way, and offers it when it is whole', async () => {
    const whole = makeGguf({ 'general.architecture': 'qwen3' })
    const file = join(modelsDir, 'model.gguf')
    for (const length of [0, 3, 100, whole.length - 10]) {
      await writeFile(file, whole.subarray(0, length))
      expect(await names()).toEqual([])
      expect(folder.unusable()).toMatchObject([
        { name: 'model', state: 'arriving', problem: expect.stringContaining('Still being copied') },
      ])
    }
    await writeFile(file, whole)
    expect(await names()).toEqual(['model'])
    expect(folder.unusable()).toEqual([])
  })

  test('says of a file that nobody writes to any more why it is no use, and what to do', async () => {
    const whole = makeGguf({ 'general.architecture': 'qwen3' })
    await writeFile(join(modelsDir, 'early.gguf'), whole.subarray(0, whole.length - 10))
    await writeFile(join(modelsDir, 'header.gguf'), whole.subarray(0, 60))
    await writeFile(join(modelsDir, 'noise.gguf'), 'no model')
    await writeFile(join(modelsDir, 'later.gguf.part'), whole)
    await put('strange.gguf', { 'general.architecture': 'quantum' })
    await put('two-00002-of-00002.gguf')
    await quiet()
    expect(await names()).toEqual([])
    expect(folder.unusable()).toMatchObject([
      { name: 'early', problem: expect.stringMatching(/ends early.*again/) },
      { name: 'header', problem: expect.stringContaining('ends early') },
      { name: 'noise', problem: expect.stringContaining('no GGUF') },
      { name: 'strange', problem: expect.stringMatching(/"quantum".*another model/) },
      { name: 'two', problem: expect.stringContaining('two-00001-of-00002.gguf') },
    ])
    expect(folder.unusable().every(({ state }) => state === 'unusable')).toBe(true)
    await expect(folder.find('noise')).rejects.toMatchObject({ message: expect.stringContaining('no GGUF') })
  })

  test('does not tell of each byte by itself: who looks because it told would never come to rest', async () => {
    // The watch tells too, after a while; here it never does.
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    // Says that its header has more entries than it has bytes: it ends early, however long it is.
    const header = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(20)])
    header.writeUInt32LE(3, 4)
    header.writeBigUInt64LE(1_000_000_000n, 16)
    const grow = async (bytes: number) => {
      await writeFile(join(modelsDir, 'model.gguf'), Buffer.concat([header, Buffer.alloc(bytes)]))
      await names()
    }
    await grow(100_000)
    const told = vi.fn()
    folder.onChange(told)
    await grow(200_000)
    await grow(400_000)
    expect(folder.unusable()).toMatchObject([{ problem: expect.stringContaining('0.4 MB so far') }])
    expect(told).not.toHaveBeenCalled()
  })

  test('tells when a file that was on its way stays as it is, and deletes it on demand', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    await writeFile(join(modelsDir, 'noise.gguf'), 'no model')
    await names()
    await quiet()
    const told = vi.fn()
    folder.onChange(told)
    await names()
    expect(told).toHaveBeenCalledOnce()
    await folder.remove('noise')
    await names()
    expect(folder.unusable()).toEqual([])
  })

  test('believes llama.cpp where it refuses a file, until that is another one', async () => {
    const file = await put('model.gguf')
    const told = new Promise<void>((resolve) => folder.onChange(resolve))
    folder.refuse(await folder.find('model'))
    await told
    expect(await names()).toEqual([])
    expect(folder.unusable()).toMatchObject([{ name: 'model', state: 'unusable' }])
    await utimes(file, new Date(), new Date(5_000))
    expect(await names()).toEqual(['model'])
  })

  test('is not led astray by a header that promises the impossible', async () => {
    const count = Buffer.alloc(8, 0xff)
    const header = Buffer.concat([Buffer.from('GGUF'), Buffer.from([3, 0, 0, 0]), count, count, Buffer.alloc(5000, 9)])
    await writeFile(join(modelsDir, 'odd.gguf'), header)
    expect(await names()).toEqual([])
  })

  test('takes a split model for one, when all its parts are there', async () => {
    await put('big-00001-of-00002.gguf')
    expect(await names()).toEqual([])
    expect(folder.unusable()).toMatchObject([{ name: 'big', state: 'arriving' }])
    await put('big-00002-of-00002.gguf')
    expect(await names()).toEqual(['big'])
    await folder.remove('big')
    expect(await names()).toEqual([])
  })

  test('finds a model with and without its tag, whatever the case', async () => {
    await put('Model.gguf')
    expect(await folder.find('Model:latest')).toMatchObject({ name: 'Model' })
    expect(await folder.find('model')).toMatchObject({ name: 'Model' })
    await expect(folder.find('other')).rejects.toMatchObject({ code: 'model-missing' })
  })

  test('tells of a file that appears', async () => {
    const told = new Promise<void>((resolve) => folder.onChange(resolve))
    await put('dropped.gguf')
    await told
    expect(await names()).toEqual(['dropped'])
  })
})

describe('what people call a model', () => {
  const labelOf = async (file: string, metadata: Record<string, string | number>) => {
    await put(file, metadata)
    return (await folder.list())[0]?.label
  }

  test('is made of the base name, the size and the kind that the converter wrote', async () => {
    const metadata = { 'general.basename': 'SmolLM2', 'general.size_label': '135M', 'general.finetune': 'instruct' }
    expect(await labelOf('x.gguf', { ...metadata, 'general.file_type': 3 })).toBe('SmolLM2 135M instruct, Q4_1')
  })

  test('tells two files of one model apart', async () => {
    await put('one.gguf', { 'general.basename': 'Fox' })
    await put('two.gguf', { 'general.basename': 'Fox' })
    expect((await folder.list()).map(({ label }) => label)).toEqual(['Fox (one)', 'Fox (two)'])
  })

  test('is the header’s own name where the file’s name bears it out', async () => {
    const metadata = { 'general.name': 'Mistral-7B Instruct', 'general.file_type': 15 }
    expect(await labelOf('mistral-7b.Q4_K_M.gguf', metadata)).toBe('Mistral 7B Instruct, Q4_K_M')
  })

  test('is the file’s name where the header tells of another model, or nothing', async () => {
    expect(await labelOf('codellama-7b.Q4.gguf', { 'general.name': 'models', 'general.file_type': 15 })).toBe(
      'codellama-7b.Q4',
    )
    await folder.remove('codellama-7b.Q4')
    expect(await labelOf('mine.gguf', {})).toBe('mine')
  })
})

test('the architectures that we know are those of the llama.cpp that is installed', async () => {
  // A const enum to the compiler, an object when it runs.
  const library: unknown = await import('node-llama-cpp')
  const { GgufArchitectureType } = librarySchema.parse(library)
  const theirs = Object.values(GgufArchitectureType).filter((name) => name !== 'clip' && name !== '(unknown)')
  expect([...knownArchitectures].sort()).toEqual(theirs.sort())
})
