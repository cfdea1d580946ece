import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createSandbox, openWorkspace, SandboxError } from '@reynard/sandbox'
import { makeTempFolder } from '../temp-folder.ts'
import { archives } from './hostile/archives.ts'
import type { Random } from './hostile/chance.ts'
import { git } from './hostile/git.ts'
import type { HostileGroup, HostilePlace, OpenedGroup } from './hostile/group.ts'
import { javascript } from './hostile/javascript.ts'
import { paths } from './hostile/paths.ts'
import { python } from './hostile/python.ts'
import { sql } from './hostile/sql.ts'
import { tests } from './hostile/tests.ts'
import { urls } from './hostile/urls.ts'
import { createProgress } from './progress.ts'

const limits = { bytes: 100 * 1024 * 1024, entries: 5000 }
/** One group after the other; each with its positive control before, after, and after so many inputs. */
const groups: readonly HostileGroup[] = [javascript, python, paths, sql, archives, urls, git, tests]
const betweenControls = 20
/** What takes longer is named, since a deadline may be missing there, or the machine is busy. */
const slowMs = 30_000

/** `cases` of `planned` were tried. `leftOut`: why a group was not tried on this machine; then none are planned. */
export type GroupReport = {
  group: string
  planned: number
  cases: number
  controls: number
  wrong: string[]
  leftOut: string | null
}

/**
 * Tries `cases` hostile inputs on the walls of this machine, so many of each group. Each must end in a value or a typed error, let no
 * secret out, reach no server and leave nothing outside changed. Now and then something well meant must pass, and what gets out without
 * the walls be seen: else a group proves nothing.
 */
export async function tryHostileInputs({ cases, random }: { cases: number; random: Random }): Promise<GroupReport[]> {
  const base = makeTempFolder('reynard-hostile-')
  const canary = `canary-${randomUUID()}`
  process.env.REYNARD_HOSTILE_CANARY = canary
  const outside = join(base, 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'canary'), canary)
  let visits = 0
  const server = createServer((_, response) => {
    visits++
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
  const wasVisited = () => {
    const was = visits > 0
    visits = 0
    return was
  }
  const place: HostilePlace = { random, base, canary, outside, port, workspace, session, wasVisited }

  /** What must hold after each, whatever it was. */
  const escapes = (told: string): string[] => [
    ...(told.includes(canary) ? ['let the secret out'] : []),
    ...(Object.hasOwn(Object.prototype, 'p') || Object.hasOwn(Object.prototype, 'then') ? ['changed Object'] : []),
    ...(wasVisited() ? ['reached the server'] : []),
    ...(readFileSync(join(outside, 'canary'), 'utf8') !== canary || readdirSync(outside).length !== 1
      ? ['changed what is outside']
      : []),
  ]

  async function tryGroup(group: HostileGroup, count: number, report: GroupReport): Promise<void> {
    const opened = await group.open(place)
    const wrong = (what: string) => report.wrong.push(`${group.name}: ${what}`)
    const control = async () => {
      const problem = await opened.control().catch((error: unknown) => String(error))
      report.controls++
      if (problem !== null) wrong(`the control fails: ${problem}`)
      wasVisited()
    }
    const progress = createProgress(group.name, count)
    try {
      for (let tried = 0; tried < count; tried++) {
        if (tried % betweenControls === 0) await control()
        const attack = await opened.attack()
        const begun = performance.now()
        const { told, untyped } = await endOf(attack.run, opened)
        const ms = Math.round(performance.now() - begun)
        if (ms > slowMs) console.log(`  took ${ms} ms: ${group.name}: ${JSON.stringify(attack.what).slice(0, 300)}`)
        const found = [...untyped, ...escapes(told), (await attack.check?.()) ?? []].flat()
        if (found.length > 0) wrong(`${JSON.stringify(attack.what).slice(0, 300)}: ${found.join(', ')}`)
        progress(++report.cases)
      }
      await control()
    } finally {
      await opened.close?.()
    }
  }

  const reports: GroupReport[] = []
  const { L3 } = sandbox.report.levels
  for (const [group, count] of shares(cases)) {
    const report: GroupReport = { group: group.name, planned: count, cases: 0, controls: 0, wrong: [], leftOut: null }
    reports.push(report)
    report.leftOut = (group.needsWalls && !L3.available ? L3.reason : group.missing?.()) ?? null
    if (report.leftOut !== null) {
      report.planned = 0
      if (process.env.SANDBOX_REQUIRED === '1') report.wrong.push(`${group.name}: was not tried: ${report.leftOut}`)
      continue
    }
    await tryGroup(group, count, report).catch((error: unknown) => report.wrong.push(`${group.name}: ${String(error)}`))
  }
  await sandbox.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(base, { recursive: true, force: true })
  return reports
}

/** All that came out of one input, and how it ended where that was in no way that it may. */
async function endOf(run: () => Promise<unknown>, { isTyped }: OpenedGroup) {
  try {
    return { told: JSON.stringify(await run()) ?? '', untyped: [] }
  } catch (error) {
    if (!(error instanceof Error)) return { told: String(error), untyped: [`ended untyped: ${String(error)}`] }
    const output = error instanceof SandboxError ? JSON.stringify(error.output ?? '') : ''
    const isFine = error instanceof SandboxError || isTyped?.(error) === true
    const told = `${error.message}\n${output}\n${String(error.cause ?? '')}`
    return { told, untyped: isFine ? [] : [`ended untyped: ${error.name}: ${error.message.slice(0, 300)}`] }
  }
}

/** Each group's part of all cases, one at least, and all of them together. */
function shares(cases: number): [HostileGroup, number][] {
  const whole = groups.reduce((sum, { share }) => sum + share, 0)
  const parts = groups.map((group): [HostileGroup, number] => [
    group,
    Math.max(1, Math.floor((cases * group.share) / whole)),
  ])
  const rest = cases - parts.reduce((sum, [, count]) => sum + count, 0)
  return parts.map(([group, count], at) => [group, at === 0 ? count + rest : count])
}
