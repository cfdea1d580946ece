import type { DestinationStream } from 'pino'

const mostLines = 500
const mostLetters = 4_000
const kept = new WeakMap<object, string[]>()

/** The last lines of a logger, as JSON, the newest last. */
export function recentLines(logger: object): readonly string[] {
  return kept.get(logger) ?? []
}

/** Keeps the last lines of what goes through. Hand the logger that writes here to `of`. */
export function keepingLines(destination: DestinationStream): { stream: DestinationStream; of(logger: object): void } {
  const lines: string[] = []
  return {
    stream: {
      write(line) {
        lines.push(line.length > mostLetters ? `${line.slice(0, mostLetters)}…\n` : line)
        if (lines.length > mostLines) lines.shift()
        destination.write(line)
      },
    },
    of: (logger) => void kept.set(logger, lines),
  }
}
