import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Where groups for calls can be made. v1 has one tree per controller; v2 one for all. */
export type CgroupPlace = { version: 1; memory: string; pids: string } | { version: 2; group: string }

type Mount = { point: string; root: string; type: string; options: string[] }

/**
 * Tells from the kernel's own files where this process may make groups with limits on memory and processes; null where nowhere.
 * `processFolder` holds `mountinfo` and `cgroup`.
 */
export function findCgroup(processFolder = '/proc/self'): CgroupPlace | null {
  try {
    const mounts = readMounts(readFileSync(join(processFolder, 'mountinfo'), 'utf8'))
    const own = readFileSync(join(processFolder, 'cgroup'), 'utf8').trim().split('\n')
    return findVersion2(mounts, own) ?? findVersion1(mounts, own)
  } catch {
    return null
  }
}

function readMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ')
    const [, , , root = '', point = ''] = before?.split(' ') ?? []
    const [type = '', , options = ''] = after?.split(' ') ?? []
    return type.startsWith('cgroup') ? [{ root, point, type, options: options.split(',') }] : []
  })
}

/** The folder of this process' own group. In a container the mount shows a part of the tree, and the path may start above it. */
function ownFolder(mount: Mount, path: string): string {
  const inside = mount.root === '/' ? path : path.startsWith(mount.root) ? path.slice(mount.root.length) : '/'
  return resolve(join(mount.point, inside))
}

const isWritable = (path: string) => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function findVersion1(mounts: Mount[], own: string[]): CgroupPlace | null {
  const find = (controller: string) => {
    const mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller))
    const line = own.find((text) => text.split(':')[1]?.split(',').includes(controller))
    const folder = mount && line ? ownFolder(mount, line.split(':').slice(2).join(':')) : ''
    return folder && isWritable(folder) ? folder : null
  }
  const [memory, pids] = [find('memory'), find('pids')]
  return memory && pids ? { version: 1, memory, pids } : null
}

/**
 * A group that holds processes can't hand its controllers down, so the calls' groups are made beside the server's own: in the nearest
 * group above that we may write and that hands down both. systemd gives that to services and sessions with `Delegate=yes`.
 */
function findVersion2(mounts: Mount[], own: string[]): CgroupPlace | null {
  const mount = mounts.find(({ type }) => type === 'cgroup2')
  const line = own.find((text) => text.startsWith('0::'))
  if (!mount || !line) return null
  for (let group = ownFolder(mount, line.slice(3)); group.startsWith(mount.point); group = dirname(group)) {
    const control = join(group, 'cgroup.subtree_control')
    if (!existsSync(control) || !isWritable(group) || !isWritable(join(group, 'cgroup.procs'))) continue
    const handedDown = readFileSync(control, 'utf8').split(/\s+/)
    if (handedDown.includes('memory') && handedDown.includes('pids')) return { version: 2, group }
  }
  return null
}
