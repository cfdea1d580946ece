import { catalog } from '../catalog.ts'
import { starterWheel } from '../starter/fetch-wheel.ts'

/** A model whose file was published under a name and size that we know. */
export type KnownModel = { label: string; isStarter: boolean }

/** @param fileName without folder and `.gguf` @param sizeBytes of the file; another size is another model under the same name */
export function findKnownModel(fileName: string, sizeBytes: number): KnownModel | null {
  const file = `${fileName}.gguf`.toLowerCase()
  if (file === starterWheel.fileName.toLowerCase() && sizeBytes === starterWheel.fileBytes) {
    return { label: starterWheel.label, isStarter: true }
  }
  const entry = catalog.find((each) => each.file.toLowerCase() === file)
  if (!entry) return null
  // A rounded size tells a model from another one, not two builds of it.
  const isSame = entry.sizeIsExact ? sizeBytes === entry.sizeBytes : Math.abs(sizeBytes / entry.sizeBytes - 1) < 0.05
  return isSame ? { label: entry.label, isStarter: entry === catalog[0] } : null
}
