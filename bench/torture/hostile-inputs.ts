import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createSandbox, openWorkspace, SandboxError, type SandboxSession, type Workspace } from '@reynard/sandbox'
import { makeTempFolder } from '../temp-folder.ts'
import { createProgress } from './progress.ts'
import { type HostileInput, varyHostile } from './vary-hostile.ts'

const limits = { bytes: 100 * 1024 * 1024, entries: 5000 }

/**
 * Runs `cases` hostile inputs behind the walls of this machine: JavaScript at L1, Python at L3 where it stands, paths on a workspace. Each
 * must end in a value or a typed error, let no secret out, reach no server and leave nothing outside changed. Returns what was not so.
 */
export async function tryHostileInputs({ cases, random }: { cases: number; random: () => number }) {
  const base = makeTempFolder('reynard-hostile-')
  const canary = `canary-${randomUUID()}`
  process.env.REYNARD_HOSTILE_CANARY = canary
  const outside = join(base, 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'canary'), canary)
  const wrong: string[] = []
  const server = createServer((request, response) => {
    wrong.push(`a tool reached the server: ${request.url}`)
    response.end(canary)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const sandbox = await createSandbox()
  const owner = sandbox.report.user ?? undefined
  const workspace = await openWorkspace(join(base, randomUUID()), limits, { owner })
  symlinkSync(join(outside, 'canary'), join(workspace.root, 'out'))
  symlinkSync(outside, join(workspace.root, 'outdir'))
  const session = sandbox.open({
    owner: 'attacker',
    workspace: workspace.root,
    quota: limits,
    levels: ['L1', 'L3'],
    languages: ['javascript', 'python'],
  })
  const { L3 } = sandbox.report.levels
  if (!L3.available && process.env.SANDBOX_REQUIRED === '1') wrong.push(`Python was not tried: ${L3.reason}`)
  const progress = createProgress('hostile inputs', cases)
  for (let tried = 0; tried < cases; ) {
    const input = varyHostile(random, port)
    if (input.kind === 'python' && !L3.available) continue
    progress(++tried)
    const told = await runOne(input, session, workspace).catch((error: unknown) => {
      if (!(error instanceof SandboxError)) wrong.push(`${input.kind} ${JSON.stringify(input.text)}: ${String(error)}`)
      return `${String(error)} ${JSON.stringify(error instanceof SandboxError ? error.output : '')}`
    })
    const where = `${input.kind} ${JSON.stringify(input.text).slice(0, 200)}`
    if (told.includes(canary)) wrong.push(`${where}: let the secret out`)
    if (Object.hasOwn(Object.prototype, 'p') || Object.hasOwn(Object.prototype, 'then'))
      wrong.push(`${where}: changed Object`)
    if (readFileSync(join(outside, 'canary'), 'utf8') !== canary || readdirSync(outside).length !== 1)
      wrong.push(`${where}: changed what is outside`)
  }
  const next = await session.runJavaScript({ code: '6 * 7', language: 'javascript' })
  if (next.outcome !== 'value' || next.json !== '42') wrong.push('the sandbox no longer computes')
  await sandbox.close()
  await new Promise((resolve) => server.close(resolve))
  return wrong
}

async function runOne({ kind, text }: HostileInput, session: SandboxSession, workspace: Workspace): Promise<string> {
  switch (kind) {
    case 'javascript':
      return JSON.stringify(await session.runJavaScript({ code: text, language: 'javascript', timeoutMs: 150 }))
    case 'python':
      return JSON.stringify(await session.runPython({ code: text, limits: { timeoutMs: 1500 } }))
    case 'path':
      return await tryPath(workspace, text)
  }
}

/** Everything that can be done with a path; what is refused is told as well. */
async function tryPath(workspace: Workspace, path: string): Promise<string> {
  const tell = async (work: () => unknown): Promise<string> => {
    try {
      return JSON.stringify(await work()) ?? ''
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      return error.message
    }
  }
  const told = [
    await tell(async () => Buffer.from((await workspace.read(path)).bytes).toString()),
    await tell(() => workspace.list(path)),
    await tell(() => workspace.write(path, 'x')),
    await tell(() => workspace.append(path, 'x')),
    await tell(() => workspace.move(path, 'moved')),
    await tell(() => workspace.remove(path)),
  ]
  return told.join('\n')
}
