import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Parent and command line of a process; null where it is gone or the system does not say. */
function look(pid) {
  try {
    if (process.platform === 'linux') {
      // The name in parentheses may hold anything, so the numbers are read from behind it.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      return { parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }
    }
    if (process.platform === 'win32') return null
    const { stdout } = spawnSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8' })
    const [parent, ...command] = stdout.trim().split(/\s+/)
    return parent ? { parent: Number(parent), command: command.join(' ') } : null
  } catch {
    return null
  }
}

/**
 * The processes between us and the `npm` that runs us, it included: our parent may be a small shell script in front of the runtime,
 * which npm leaves behind when it dies. Without an npm, our parent alone; a shell above it may go without taking us along.
 */
export function starters() {
  const chain = []
  for (let pid = process.ppid; pid > 1 && chain.length < 6; ) {
    const found = look(pid)
    chain.push(pid)
    if (!found) break
    if (process.env.npm_lifecycle_event && /\bnpm\b/.test(found.command) && !/start\.mjs/.test(found.command))
      return chain
    pid = found.parent
  }
  return chain.slice(0, 1)
}

export function isGone(pid) {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}
