/** Who tool children are where the server itself is root: `nobody` and `nogroup` of Debian, but any unprivileged user will do. */
export type UnprivilegedUser = { uid: number; gid: number }

export const nobody: UnprivilegedUser = { uid: 65_534, gid: 65_534 }

/**
 * The words before a command that make it this user's, without groups and capabilities, and let it die with its parent.
 * Becoming another user clears that wish, so it has to be said here, after it; it holds only for a parent that may kill this user.
 */
export function becomeUser(user: UnprivilegedUser | undefined): string[] {
  const identity = user
    ? [
        '--reuid',
        String(user.uid),
        '--regid',
        String(user.gid),
        '--clear-groups',
        '--bounding-set',
        '-all',
        '--inh-caps',
        '-all',
      ]
    : []
  return ['setpriv', ...identity, '--no-new-privs', '--pdeathsig', 'KILL', '--']
}
