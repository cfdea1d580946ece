import type { ModelInfo, SystemStatus, UnusableModel } from '@reynard/protocol'

/** `GET /api/ollama/models` and `/admin/models`. Sizes in bytes, windows in tokens; null where the engine does not say. */
export function listedModels(models: ModelInfo[]) {
  return {
    models: models.map((model) => ({
      name: model.name,
      size: model.sizeBytes,
      digest: model.digest,
      modified_at: model.modifiedAt === null ? null : new Date(model.modifiedAt).toISOString(),
      is_available: true,
      context_length: model.contextTokens ?? model.contextTokensMax,
      capabilities: model.capabilities,
    })),
  }
}

/** Files that nothing can run, among the models for `GET /api/ollama/admin/models`: an admin wants to know why one is missing. */
export function unusableFiles(files: UnusableModel[]) {
  return files.map(({ name, sizeBytes }) => ({
    name,
    size: sizeBytes,
    digest: null,
    modified_at: null,
    is_available: false,
    context_length: null,
    capabilities: [],
  }))
}

/** `GET /api/ollama/admin/health`: 200 in either case. `unhealthy`: nothing can answer (yet); `detail` says what is missing. */
export function reportedHealth(status: SystemStatus, modelCount: number) {
  const healthy = status.active !== null && status.defaultModel !== null
  const problem = status.engines.flatMap((engine) => engine.problem ?? []).join(' ')
  return {
    healthy,
    status: healthy ? 'healthy' : 'unhealthy',
    engine: status.active,
    default_model: status.defaultModel,
    models_available: modelCount,
    queued: status.slots.queued,
    version: status.version,
    detail: healthy ? null : problem || 'No engine answers yet.',
  }
}
