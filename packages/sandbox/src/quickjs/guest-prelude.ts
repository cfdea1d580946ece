/**
 * Runs in the guest before its code and keeps the built-ins that it needs, so that the guest's code can't change what they do. It makes
 * `console`, and gives back `show` (a value as `j` + JSON or `t` + text) and `describe` (an error as JSON). Nothing here is trusted:
 * both are only strings to the host, measured before they are read, under the same deadline.
 */
export const guestPrelude = `((log) => {
  const { stringify } = JSON
  const text = String
  const isError = (value) => value instanceof Error
  const call = Function.prototype.call
  const slice = call.bind(String.prototype.slice)
  const join = call.bind(Array.prototype.join)
  const json = (value, space) => stringify(value, (key, item) => (typeof item === 'bigint' ? text(item) : item), space)
  const inspect = (value) => {
    if (typeof value === 'string') return value
    if (typeof value === 'function') return '[function ' + text(value.name) + ']'
    if (typeof value !== 'object' || value === null) return text(value)
    if (isError(value)) return text(value.name) + ': ' + text(value.message)
    try {
      return json(value, 1) ?? text(value)
    } catch (error) {
      return '[object that is no JSON: ' + text(error.message) + ']'
    }
  }
  const print = (level) => (...values) => {
    const words = []
    for (let at = 0; at < values.length; at++) words[at] = inspect(values[at])
    const line = join(words, ' ')
    log(level, slice(line, 0, 1048576), line.length > 1048576 ? 'cut' : '')
  }
  globalThis.console = { log: print('log'), info: print('info'), warn: print('warn'), error: print('error'), debug: print('debug') }
  return {
    show: (value) => {
      if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return 't' + inspect(value)
      try {
        const shown = json(value)
        return shown === undefined ? 't' + inspect(value) : 'j' + shown
      } catch (error) {
        return 't' + inspect(value)
      }
    },
    describe: (error) => {
      if (!isError(error)) return json({ name: 'Error', message: slice(inspect(error), 0, 4000), stack: '' })
      const { name, message, stack } = error
      return json({ name: slice(text(name), 0, 100), message: slice(text(message), 0, 4000), stack: slice(text(stack), 0, 4000) })
    },
  }
})`
