export { type CatalogEntry, catalog, catalogModelName } from './catalog.ts'
export {
  createEmbeddedEngine,
  type EmbeddedEngine,
  type EmbeddedEngineOptions,
} from './create-embedded-engine.ts'
export { createHubProbe, type HubProbe } from './downloads/hub-probe.ts'
export { type Downloads, type DownloadsOptions, openDownloads } from './downloads/open-downloads.ts'
export { type DetectedGpu, detectGpu } from './gpu/detect-gpu.ts'
export { assessFit, describeCatalog, type Machine, type ModelShape, suggestModel } from './model-fit.ts'
export { starterWheel } from './starter/fetch-wheel.ts'
export { type FindStarterOptions, findStarter, type StarterResult, type StarterStep } from './starter/find-starter.ts'
export { threadsFor } from './threads.ts'
