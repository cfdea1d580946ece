/**
 * What can go wrong with an answer, as real servers, networks and proxies have it go wrong.
 * `afterTokens` says when, for those that happen in mid-stream (default 3).
 */
export const faultKinds = [
  /** The connection is cut before any byte of an answer. */
  'hang-up',
  /** Every connection is cut and new ones are refused for `ms` (default 5,000): the server was killed and comes back. */
  'gone',
  /** An answer with `status` and Ollama's JSON error, or `message` as it is where it starts with `<`. */
  'status',
  /** 403 with an empty body, as the Host check gives it. */
  'forbidden',
  'silence-before-headers',
  'silence-mid-stream',
  /** `{"error"}` in mid-stream, under status 200. */
  'error-line',
  /** A clean end without `done`. */
  'end-without-done',
  /** The socket ends without the closing chunk, as when the server dies. */
  'eof',
  'broken-line',
  /** A correct answer, every line in several packets, also within a UTF-8 character. */
  'split-lines',
  /** A correct answer, one byte at a time. */
  'slow-drip',
  'reset',
  'wrong-types',
  /** One line of `bytes` bytes (default 10,000,000). */
  'huge-line',
  /** One token over and over, then a clean end without `done`: Ollama's guard against repetition. */
  'silent-end',
  /** `done` after a tool call that the parser could not read: nothing but the token count shows it. */
  'swallowed-tool-call',
] as const

export type FaultKind = (typeof faultKinds)[number]
export type Fault = {
  kind: FaultKind
  afterTokens?: number
  status?: number
  message?: string
  bytes?: number
  ms?: number
}

export function isFaultKind(text: string): text is FaultKind {
  return faultKinds.some((kind) => kind === text)
}
