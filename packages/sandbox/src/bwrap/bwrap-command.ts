import { becomeUser, type UnprivilegedUser } from '../child/become-user.ts'
import { type Limits, prlimitArguments } from '../child/limits.ts'
import type { RunChildOptions } from '../child/run-child.ts'
import { SandboxError } from '../sandbox-error.ts'
import { type Bind, strictArguments } from './strict-profile.ts'
import { systemFolders } from './system-folders.ts'

/**
 * How this machine lets the strict profile start, found out by the probe.
 * staged: the server is root. An outer bwrap puts the folders where the unprivileged user can reach them (they may lie beneath /root),
 * becomes that user and starts the strict one. direct: bwrap is started as who the server is, or as `user` where root may not mount.
 */
export type BwrapMode = { way: 'staged' | 'direct'; proc: boolean; user?: UnprivilegedUser }

export type BwrapCommand = {
  command: string
  args: readonly string[]
  binds: readonly Bind[]
  /** Small read-only files, path → content, that exist only for this call. */
  files?: Readonly<Record<string, string | Uint8Array>>
  folder: string
  env?: Readonly<Record<string, string>>
  limits: Limits
  filter: Uint8Array
}

type Spawn = Pick<RunChildOptions, 'file' | 'args' | 'env' | 'inputs'>

// A server's secrets would be readable as /proc/1/environ if bwrap itself had them.
const env = { PATH: '/usr/bin:/bin' }

/** The spawn of one program in the strict profile. Paths of the host go through descriptors, so no command line shows them. */
export function bwrapSpawn(call: BwrapCommand, mode: BwrapMode): Spawn {
  const staged = mode.way === 'staged'
  const stagedBinds = call.binds.map((bind, index) => ({ ...bind, from: `/stage/${index}` }))
  const inputs: (string | Uint8Array)[] = []
  const descriptor = (content: string | Uint8Array) => 2 + inputs.push(content)

  const outer = staged ? descriptor(joinArguments(stageArguments(call.binds))) : 0
  const files = Object.entries(call.files ?? {}).map(([to, content]) => ({ to, descriptor: descriptor(content) }))
  const filterDescriptor = descriptor(call.filter)
  const inner = descriptor(
    joinArguments(
      strictArguments({
        binds: staged ? stagedBinds : call.binds,
        files,
        folder: call.folder,
        env: call.env ?? {},
        filterDescriptor,
        proc: mode.proc,
        limits: call.limits,
      }),
    ),
  )
  const program = ['prlimit', ...prlimitArguments(call.limits, true), '--', call.command, ...call.args]
  const strict = ['bwrap', '--args', String(inner), '--', ...program]
  const become = mode.user ? becomeUser(mode.user) : []
  const stage = staged ? ['bwrap', '--args', String(outer), '--'] : []
  const [file = '', ...args] = [...stage, ...become, ...strict]
  return { file, args, env, inputs }
}

/** The outer mounts, as root: the programs of the machine and each bind at a path that does not tell where it comes from. */
function stageArguments(binds: readonly Bind[]): string[] {
  return [
    // Its first process ends all of it when the server dies: a plain child of another user may not be killed by one that gave its rights up.
    ...['--die-with-parent', '--unshare-pid'],
    ...systemFolders(),
    ...['--bind', '/proc', '/proc', '--dev-bind', '/dev', '/dev', '--dir', '/tmp'],
    ...['--perms', '0755', '--dir', '/stage'],
    ...binds.flatMap((bind, index) => [bind.writable ? '--bind' : '--ro-bind', bind.from, `/stage/${index}`]),
  ]
}

/**
 * As bwrap reads them from a descriptor. A NUL within one would be the start of another argument, and that a way through the walls.
 * @throws {SandboxError} `denied`
 */
function joinArguments(args: readonly string[]): string {
  if (args.some((arg) => arg.includes('\0')))
    throw new SandboxError('denied', 'A NUL character is no part of a name or a value.')
  return args.map((arg) => `${arg}\0`).join('')
}
