/** What the runner asks of a worker, once. */
export type SnippetRequest = {
  code: string
  language: 'javascript' | 'typescript'
  timeoutMs: number
  /** Console output that is handed on, bytes. */
  outputBytes: number
  /** Length of the result as JSON, UTF-16 units. */
  resultLength: number
}

export type ConsoleLevel = 'log' | 'info' | 'warn' | 'error' | 'debug'

/** An error that the guest's own code threw, or that its syntax is. Text of an attacker. */
export type GuestError = { name: string; message: string; stack: string }

/** How a snippet ended. `value`: `json` where the result has a JSON form, else `text` shows what it is. */
export type SnippetOutcome =
  | { kind: 'value'; json: string | null; text: string | null }
  | { kind: 'error'; error: GuestError }
  | { kind: 'timeout' }
  | { kind: 'too-large'; length: number }
  | { kind: 'broken'; message: string }

/** What a worker says: that it is warm, what the console got, and how it ended. */
export type WorkerMessage =
  | { type: 'ready' }
  | { type: 'console'; level: ConsoleLevel; text: string; truncated: boolean }
  | { type: 'outcome'; outcome: SnippetOutcome }
