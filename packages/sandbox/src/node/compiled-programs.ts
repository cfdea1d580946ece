import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bind } from '../bwrap/strict-profile.ts'
import { strictLimits } from '../child/limits.ts'
import type { Walls } from '../session/probe.ts'
import { runProgram } from '../session/run-program.ts'
import type { LocatedProgram } from './locate-program.ts'

const inside = '/reynard/compiled'
const quota = { bytes: 64 * 1024 * 1024, entries: 10_000 }

type Compiled = { binds: readonly Omit<Bind, 'writable'>[]; env: Readonly<Record<string, string>> }

const none: Compiled = { binds: [], env: {} }

/** What Node has compiled of our programs, types stripped and with V8's code: half of what a call of theirs costs without. */
export type CompiledPrograms = {
  /** What a call of the program is given so that it starts from there; nothing until it has been compiled. */
  of(program: string): Compiled
  /** Compiles it in the background, once. Where that fails its calls are as quick as before. */
  compile(located: LocatedProgram): void
  /** Ends what is compiled, and removes it all. */
  close(): Promise<void>
}

/**
 * Compiling is a call behind L3 like any other, that loads the program and gives it nothing to do: so what is kept was written before an
 * attacker's bytes came near, and calls that read those are shown it read-only. Node compares each file with its source before it
 * believes it. Lies in a folder that only the server's user may enter.
 */
export function openCompiledPrograms(walls: Walls): CompiledPrograms {
  const closing = new AbortController()
  const begun = new Set<string>()
  const ready = new Map<string, string>()
  let root: string | null = null
  let working = Promise.resolve()

  async function compile({ node, program, binds }: LocatedProgram): Promise<void> {
    if (closing.signal.aborted) return
    root ??= mkdtempSync(join(tmpdir(), 'reynard-compiled-'))
    const folder = join(root, String(begun.size))
    mkdirSync(folder)
    // Without input it ends by an error, as soon as it has loaded all that it is made of.
    await runProgram(walls, {
      level: 'L3',
      command: node,
      args: nodeArguments(program),
      workspace: folder,
      workspaceWritable: true,
      quota,
      binds,
      files: {},
      env: { NODE_COMPILE_CACHE: '/workspace' },
      stdin: '',
      limits: strictLimits,
      signal: closing.signal,
    })
    if (readdirSync(folder).length > 0) ready.set(program, folder)
  }

  return {
    of(program) {
      const from = ready.get(program)
      if (from === undefined) return none
      return { binds: [{ from, to: inside }], env: { NODE_COMPILE_CACHE: inside } }
    },
    compile(located) {
      if (walls.bwrap === null || begun.has(located.program)) return
      begun.add(located.program)
      // One after the other, beside the calls that wait for somebody.
      working = working.then(() => compile(located)).catch(() => {})
    },
    async close() {
      closing.abort()
      await working
      if (root !== null) rmSync(root, { recursive: true, force: true })
    },
  }
}

/** How Node is started for a program of ours. */
export function nodeArguments(program: string): string[] {
  return ['--disable-warning=ExperimentalWarning', program]
}
