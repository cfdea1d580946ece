import type { CatalogModel, Download, ModelInfo, SystemStatus } from '@reynard/protocol'
import { messages } from '../../lib/messages.ts'

const CAPABILITIES = ['tools', 'thinking', 'vision'] as const

/** "8B, 40k context, tools, thinking" in words; how one without tools of its own calls them is said before somebody chooses it. */
export function modelFacts(model: ModelInfo): string {
  const { contextTokens: window, contextTokensMax: max } = model
  const facts = [
    model.parameterSize,
    window !== null && max !== null && window < max
      ? messages.models.contextOf(window, max)
      : max !== null || window !== null
        ? messages.models.context(max ?? window ?? 0)
        : null,
    ...CAPABILITIES.filter((capability) => model.capabilities.includes(capability)).map(
      (capability) => messages.models.capability[capability],
    ),
  ].filter((fact) => fact !== null)
  const sentences = [facts.join(', ')]
  if (!model.capabilities.includes('tools')) sentences.push(messages.models.toolsFromList)
  if (model.note) sentences.push(model.note.replace(/\.$/, ''))
  return sentences.filter((sentence) => sentence !== '').join('. ')
}

/** What to expect of it: measured speed where it is in memory, the time to load it where it is not. */
export function modelExpectation(model: ModelInfo): string | null {
  if (model.loaded) return model.tokensPerSecond === null ? null : messages.models.speed(model.tokensPerSecond)
  return model.loadMs === null ? null : messages.models.about(model.loadMs)
}

export type ModelGroups = { ready: ModelInfo[]; loadsFirst: ModelInfo[]; coming: Download[] }

/** The three groups of the picker. Embedding models cannot chat and are left out. */
export function groupModels(models: ModelInfo[], status: SystemStatus | undefined): ModelGroups {
  const chat = models.filter((model) => model.capabilities.length === 0 || model.capabilities.includes('completion'))
  return {
    ready: chat.filter((model) => model.loaded),
    loadsFirst: chat.filter((model) => !model.loaded),
    coming: (status?.downloads ?? []).filter(isComing),
  }
}

/** True for a model on its way that is not here, given up or thrown away. GPU builds are no models. */
export function isComing(download: Download): boolean {
  return download.kind !== 'gpu-binary' && !['done', 'cancelled'].includes(download.state)
}

/** True for the download that brings this model of the catalogue. */
export function isDownloadOf(download: Download, model: CatalogModel): boolean {
  const names = [download.id, download.name, download.label]
  return names.includes(model.id) || names.includes(model.label)
}

/** The engine that a download is for. */
export function engineOf({ kind }: Download): 'ollama' | 'embedded' {
  return kind === 'ollama' ? 'ollama' : 'embedded'
}

/** True while bytes come, or are about to. */
export function isMoving({ state }: Download): boolean {
  return state === 'waiting' || state === 'running' || state === 'checking'
}

/** True while the search for a first model, or a download, goes on. */
export function isModelUnderway(status: SystemStatus): boolean {
  return (
    status.setup.some((step) => step.state === 'running') ||
    status.downloads.some((download) => isComing(download) && isMoving(download))
  )
}

/** True where an Ollama answers that has no model: somebody started it, and it lacks only that. */
export function isOllamaEmpty(status: SystemStatus): boolean {
  return status.engines.some(({ kind, condition }) => kind === 'ollama' && condition === 'no-model')
}

/** From 0 to 1; null while the whole is unknown. */
export function downloadFraction(download: Download): number | null {
  return download.totalBytes ? Math.min(1, download.receivedBytes / download.totalBytes) : null
}

/** "Downloading, 61%", "Paused, 61%", "Waits for its turn". */
export function downloadState(download: Download): string {
  const fraction = downloadFraction(download)
  const word = messages.downloads.state[download.state]
  return fraction === null || !['running', 'paused'].includes(download.state)
    ? word
    : `${word}, ${messages.downloads.percent(Math.floor(fraction * 100))}`
}
