import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Kills a process group at once; on Windows, which has none, a process with its descendants. One that has already ended is no error. */
export function killGroup(groupId: number | undefined): void {
  if (groupId === undefined) return
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(groupId), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
    return
  }
  try {
    process.kill(-groupId, 'SIGKILL')
  } catch {
    // It ended by itself in this moment.
  }
}

/**
 * Kills what left its process group (`setsid`) but still carries a call's mark in its first environment. Linux, and only processes that
 * this user may look at; a program that hides on purpose gets away, which is why such programs belong into L3.
 */
export function killMarked(mark: string): void {
  if (process.platform !== 'linux') return
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      if (readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark)) process.kill(Number(name), 'SIGKILL')
    } catch {
      // Another user's, or gone since the listing.
    }
  }
}
