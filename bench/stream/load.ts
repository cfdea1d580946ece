/** What the load client is asked for. */
export type Load = {
  mode: 'direct' | 'through'
  /** The fake Ollama for `direct`, the server for `through`. */
  url: string
  model: string
  streams: number
  perSocket: number
  tokens: number
  /** Tokens per second of each stream; `Infinity` as text for as fast as it goes. */
  rate: number | 'Infinity'
  /** 0: all in the same instant; else spread evenly over this time. */
  overMs: number
  wantText: boolean
}

export type StreamResult = {
  ttftMs: number
  /** When the last text came. */
  endedAt: number
  text: string
  length?: number
  runId: string | null
  conversationId: string | null
  error: string | null
}
