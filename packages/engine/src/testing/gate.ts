/** A place where a scripted answer stops until the test lets it go on. */
export type Gate = {
  readonly gate: true
  /** Resolves when the script has come to this gate. */
  readonly reached: Promise<void>
  /** Resolves when `open` was called. */
  readonly opened: Promise<void>
  /** Tells the gate that the script is here. */
  arrive(): void
  open(): void
}

export function createGate(): Gate {
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  return { gate: true, reached: reached.promise, opened: opened.promise, arrive: reached.resolve, open: opened.resolve }
}
