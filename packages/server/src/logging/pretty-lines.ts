import type { DestinationStream } from 'pino'

const first = ['requestId', 'userId']
/** Also of text that is not ours: an escape sequence would be the terminal's. */
const unprintable = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** Takes the log's JSON lines and writes them for people: `12:30:01.250 WARN a request was refused  reason=host`. */
export function prettyLines(destination: DestinationStream): DestinationStream {
  return {
    write(line) {
      destination.write(`${prettyLine(line)}\n`)
    },
  }
}

function prettyLine(line: string): string {
  const parsed: unknown = JSON.parse(line)
  const { time, level, msg, err, ...fields } = Object.fromEntries(Object.entries(Object(parsed)))
  const names = [...new Set([...first.filter((name) => name in fields), ...Object.keys(fields)])]
  const said = [String(time).slice(11, 23), String(level).toUpperCase().padEnd(5), shown(msg ?? '')].join(' ')
  const told = names.map((name) => `${shown(name)}=${shown(fields[name])}`)
  return [said, ...told, ...(err === undefined ? [] : [errorLines(err)])].join('  ')
}

function errorLines(err: unknown): string {
  const { name, code, message, stack } = Object.fromEntries(Object.entries(Object(err)))
  const frames = typeof stack === 'string' ? stack.split('\n').map((frame) => `\n    ${shown(frame.trim())}`) : []
  return `${shown(code ?? name)}: ${shown(message ?? '')}${frames.join('')}`
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
