import { AppError, type Download } from '@reynard/protocol'
import { isLive, type OllamaPulls } from './ollama-pulls.ts'

/** Something that fetches models and can be asked to stop. */
type DownloadSource = {
  list(): Download[]
  pause(id: string): unknown
  resume(id: string): unknown
  cancel(id: string): unknown
}

/** All models on their way here, whoever fetches them. They go on when the page that asked is closed. */
export type DownloadService = DownloadSource & {
  /** Fetches a model of the catalogue for the embedded engine. @throws AppError `not-found` for an id that is not in it */
  start(catalogId: string): Download | Promise<Download>
  /** Has Ollama pull a model. */
  pull(model: string): Download
  /** As `OllamaPulls.watch`. */
  watchPull(id: string, signal: AbortSignal): AsyncGenerator<Download, void>
  /** A sentence on what is coming; null when nothing is. */
  underway(): string | null
}

type Options = {
  pulls: OllamaPulls
  embedded: DownloadSource & { start(catalogId: string): Download | Promise<Download> }
  /** Downloads that cannot be steered, such as a GPU build. */
  others: () => Download[]
}

/** Downloads of all engines as one list. */
export function createDownloadService({ pulls, embedded, others }: Options): DownloadService {
  const list = () => [...embedded.list(), ...pulls.list(), ...others()]
  const sourceOf = (id: string): DownloadSource => {
    const source = [embedded, pulls].find((candidate) => candidate.list().some((download) => download.id === id))
    if (!source) throw new AppError('not-found', 'This download is not known any more.')
    return source
  }
  return {
    list,
    start: (catalogId) => embedded.start(catalogId),
    pull: (model) => pulls.start(model),
    watchPull: pulls.watch,
    pause: (id) => sourceOf(id).pause(id),
    resume: (id) => sourceOf(id).resume(id),
    cancel: (id) => sourceOf(id).cancel(id),
    underway() {
      const coming = list().find((download) => isLive(download) && download.kind !== 'gpu-binary')
      return coming ? `${coming.label} is on its way.` : null
    },
  }
}
