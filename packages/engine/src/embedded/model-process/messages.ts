import type { Usage } from '@reynard/protocol'
import type { ChatRequest, EngineErrorCode, EngineToolCall } from '../../engine.ts'

export type GpuKind = 'cuda' | 'vulkan' | 'metal'

/** What a child is started for: one model in one window, for its whole life. */
export type LoadOptions = {
  modelPath: string
  /** `embed`: vectors only. */
  purpose: 'chat' | 'embed'
  /** The wish; the child answers with what fits into memory. Null: its own default. */
  contextTokens: number | null
  sequences: number
  threads: number
  gpu: GpuKind | null
  /** Where fetched GPU packages stand (`gpu/gpu-packages.ts`). */
  gpuPackagesDir: string | null
}

export type LoadedInfo = {
  loadMs: number
  contextTokens: number
  sequences: number
  threads: number
  gpu: GpuKind | null
  memoryBytes: number
  /** A sentence where something was given up, such as the GPU or a part of the window. */
  note: string | null
}

export type ToChild =
  | { type: 'load'; options: LoadOptions }
  | { type: 'chat'; id: number; request: ChatRequest }
  | { type: 'embed'; id: number; input: string[] }
  | { type: 'abort'; id: number }

/** A piece of an answer: whose, which kind, text, how many tokens it is made of. Pieces of a few milliseconds travel in one message. */
export type Piece = [id: number, kind: 'text' | 'reasoning', text: string, tokens: number]

export type ChatEnding =
  | {
      type: 'end'
      reason: 'stop' | 'length' | 'tool-calls'
      calls: EngineToolCall[]
      usage: Usage
      /** Prompt tokens that were really evaluated; the rest stood in the sequence from an earlier turn. */
      evaluatedTokens: number
    }
  | { type: 'error'; code: EngineErrorCode; message: string }

export type FromChild =
  | { type: 'alive' }
  | { type: 'load-progress' }
  | { type: 'loaded'; info: LoadedInfo }
  /** `refusedFile`: llama.cpp runs, but would not take this file. */
  | { type: 'load-failed'; code: EngineErrorCode; message: string; refusedFile: boolean }
  | { type: 'progress'; id: number }
  | { type: 'pieces'; pieces: Piece[] }
  | { type: 'done'; id: number; ending: ChatEnding }
  | { type: 'vectors'; id: number; vectors: number[][]; promptTokens: number }
  | { type: 'failed'; id: number; message: string }
