import type { Limits } from '../child/limits.ts'
import { systemFolders } from './system-folders.ts'

/** A folder or file of this machine as the sandbox sees it. `from` is a host path that the server chose, never a model. */
export type Bind = { from: string; to: string; writable?: boolean }

export type StrictProfile = {
  /** What becomes visible besides the programs of the machine; the workspace is one of these. */
  binds: readonly Bind[]
  /** Descriptor → path: a read-only file with the bytes that arrive at this descriptor. */
  files: readonly { descriptor: number; to: string }[]
  /** Folder that the program starts in. */
  folder: string
  env: Readonly<Record<string, string>>
  /** The seccomp program arrives here. */
  filterDescriptor: number
  /** False in containers that mask parts of /proc: the kernel then refuses a new one. */
  proc: boolean
  limits: Limits
}

const baseEnv = { PATH: '/usr/bin:/bin', HOME: '/tmp', LANG: 'C.UTF-8' } as const

/**
 * Arguments of the strict profile: own user, process, network, IPC, host name and cgroup namespaces, no further user namespaces, no
 * capabilities, a read-only root, small in-memory /tmp and /dev/shm. The order matters: what is made read-only must hold its mounts.
 */
export function strictArguments(profile: StrictProfile): string[] {
  return [
    ...['--unshare-user', '--uid', '1000', '--gid', '1000', '--disable-userns'],
    ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--hostname', 'sandbox', '--die-with-parent', '--new-session'],
    '--clearenv',
    ...Object.entries({ ...baseEnv, ...profile.env }).flatMap(([name, value]) => ['--setenv', name, value]),
    ...systemFolders(),
    ...(profile.proc ? ['--proc', '/proc'] : []),
    // bwrap's /dev and /dev/shm are tmpfs of half the memory, which no resource limit counts.
    ...['--dev', '/dev', '--size', String(16 * 1024 * 1024), '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--size', String(profile.limits.tmpBytes), '--tmpfs', '/tmp'],
    ...profile.binds.flatMap((bind) => [bind.writable ? '--bind' : '--ro-bind', bind.from, bind.to]),
    ...profile.files.flatMap((file) => ['--perms', '0444', '--ro-bind-data', String(file.descriptor), file.to]),
    ...['--chdir', profile.folder, '--remount-ro', '/', '--cap-drop', 'ALL'],
    ...['--seccomp', String(profile.filterDescriptor)],
  ]
}
