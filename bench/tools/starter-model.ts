import { existsSync, globSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalog, starterWheel } from '@reynard/engine/embedded'

/** A model file to ask, and by which rule it was chosen. */
export type ChosenModel = { file: string; why: string }

/**
 * The model that a fresh `npm start` would use: one that is named (`REYNARD_BENCH_MODEL`, or a GGUF on the command line), else the starter
 * from Hugging Face, else the tiny one out of a Python package, else what lies in the models folder; null where nothing does.
 */
export function chooseModel(): ChosenModel | null {
  const named = process.argv.find((argument) => argument.endsWith('.gguf')) ?? process.env.REYNARD_BENCH_MODEL
  if (named !== undefined && named !== '') return { file: named, why: 'named' }
  const folders = [
    process.env.REYNARD_MODELS_DIR ?? join(import.meta.dirname, '..', '..', 'data', 'models'),
    process.env.REYNARD_TEST_MODELS ?? join(tmpdir(), 'reynard-models'),
  ]
  const [starter] = catalog
  const known = [
    { name: starter?.file ?? '', why: 'the starter' },
    {
      name: starterWheel.fileName,
      why: `the starter where Hugging Face is out of reach; ${starter?.label} is not here`,
    },
  ]
  for (const { name, why } of known)
    for (const folder of folders)
      if (name !== '' && existsSync(join(folder, name))) return { file: join(folder, name), why }
  const file = folders.flatMap((folder) => globSync(join(folder, '*.gguf')).toSorted())[0]
  return file === undefined ? null : { file, why: 'neither starter is here, so the first one that is' }
}
