import { lstatSync, readlinkSync } from 'node:fs'

const linked = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
/** Debian keeps what these libraries can't start without outside /usr. */
const files = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/matplotlibrc', '/etc/fonts']

/**
 * bwrap arguments for the programs and libraries of the machine, read-only, and nothing else of it: no accounts, no home, no /var.
 * Machines that have merged /bin into /usr get the same links, others their folders.
 */
export function systemFolders(): string[] {
  const args = ['--ro-bind', '/usr', '/usr']
  for (const path of linked) {
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status?.isSymbolicLink()) args.push('--symlink', readlinkSync(path), path)
    else if (status?.isDirectory()) args.push('--ro-bind', path, path)
  }
  // Parents that bwrap makes by itself are closed to other users, which the staged way needs to pass.
  args.push('--perms', '0755', '--dir', '/etc')
  for (const path of files) args.push('--ro-bind-try', path, path)
  return args
}
