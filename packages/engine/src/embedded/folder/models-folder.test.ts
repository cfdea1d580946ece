import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeGguf } from '../testing/make-gguf.ts'
import { type ModelsFolder, openModelsFolder } from './models-folder.ts'

let modelsDir: string
let folder: ModelsFolder

beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'reynard-folder-'))
  folder = openModelsFolder(modelsDir)
})
afterEach(async () => {
  folder.close()
  await rm(modelsDir, { recursive: true, force: true })
})

async function put(path: string, metadata: Record<string, string | number> = {}) {
  const file = join(modelsDir, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, makeGguf({ 'general.architecture': 'qwen3', ...metadata }))
  return file
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

  test('tells models that make vectors, and leaves out what only sees for others', async () => {
    await put('embed.gguf', { 'general.architecture': 'nomic-bert' })
    await put('mmproj.gguf', { 'general.architecture': 'clip' })
    expect(await folder.list()).toMatchObject([{ name: 'embed', capabilities: ['embedding'] }])
  })

  test('looks two folders deep, past what is hidden, and makes names of odd ones', async () => {
    await put('some/where/deep.gguf')
    await put('too/far/down/there.gguf')
    await put('.wheel-x/unpacking.gguf')
    await put('my model (1).gguf')
    expect(await names()).toEqual(['my-model--1-', 'some/where/deep'])
  })

  test('does not offer what is not whole, until it is', async () => {
    const file = await put('model.gguf')
    const whole = makeGguf({ 'general.architecture': 'qwen3' })
    await truncate(file, whole.length - 10)
    await writeFile(join(modelsDir, 'other.gguf'), 'no model')
    await writeFile(join(modelsDir, 'later.gguf.part'), whole)
    expect(await names()).toEqual([])
    await writeFile(file, whole)
    expect(await names()).toEqual(['model'])
  })

  test('takes a split model for one, when all its parts are there', async () => {
    await put('big-00001-of-00002.gguf')
    expect(await names()).toEqual([])
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
