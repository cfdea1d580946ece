import type { Engine } from '../engine.ts'
import { createDispatcher } from '../http/open-stream.ts'
import { serverLabel } from '../http/server-label.ts'
import { type Deadline, type EngineTimers, systemTimers } from '../http/timers.ts'
import { createOllamaChat } from './chat.ts'
import { createOllamaManagement } from './manage.ts'

export type OllamaEngineOptions = {
  /** E.g. `http://localhost:11434`. */
  baseUrl: string
  /** How long the first token, and each next one, may take. */
  timeoutMs?: Deadline
  /** For an Ollama behind a proxy that asks for a key. */
  apiKey?: string
  /** A pull that brings no byte for so long has failed. */
  stallMs?: number
  timers?: EngineTimers
}

/** An Ollama: native `/api/chat` by a thin client of ours, everything else by the `ollama` package. */
export function createOllamaEngine(options: OllamaEngineOptions): Engine {
  const { timeoutMs = 300_000, stallMs = 60_000, timers = systemTimers } = options
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  const server = serverLabel('Ollama', baseUrl)
  const headers: Record<string, string> = options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : {}
  const dispatcher = createDispatcher()
  const closing = new AbortController()
  const management = createOllamaManagement({ baseUrl, server, headers, timers, closing: closing.signal, stallMs })
  const chat = createOllamaChat({
    baseUrl,
    server,
    headers,
    dispatcher,
    timers,
    timeoutMs,
    closing: closing.signal,
    thinks: management.thinks,
    loaded: management.loadedNames,
    isLoaded: management.isLoaded,
  })
  return {
    kind: 'ollama',
    label: server,
    supports: new Set(['pull', 'remove', 'copy', 'create', 'load', 'unload', 'embed']),
    ...management.verbs,
    chat,
    async close() {
      closing.abort()
      await dispatcher.destroy()
    },
  }
}
