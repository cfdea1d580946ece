import { readdirSync, readFileSync } from 'node:fs'

/** O_CLOEXEC, as the octal flags in /proc/self/fdinfo show it. */
const closeOnExec = 0o2000000

/**
 * Descriptors above stderr that this process got from its own parent and would hand on to every child: Node marks its own
 * close-on-exec, but not what it inherited with a gap in the numbers. Linux; empty elsewhere.
 */
export function inheritedDescriptors(): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fdinfo')
    .map(Number)
    .filter((descriptor) => {
      if (descriptor <= 2) return false
      try {
        const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1]
        return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0
      } catch {
        return false
      }
    })
}
