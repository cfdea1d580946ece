/** Passwords, keys and tokens lie under such names by custom. Compared in small letters. */
const names = [
  /^\.env(?!\.(?:example|sample|template|dist|defaults)$)(?:[.-].*|rc)?$/,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx)$/,
  /^id_[a-z0-9_]+$/,
  /^(?:\.npmrc|\.yarnrc\.yml|\.netrc|_netrc|\.pypirc|\.pgpass|\.my\.cnf|\.htpasswd|\.git-credentials|credentials)$/,
]
const folders: ReadonlySet<string> = new Set(['.ssh', '.gnupg', '.aws', '.kube', '.docker'])
/** Addresses of remotes may hold a password. */
const gitConfig = /^(?:config(?:\.worktree)?|credentials)$/

/** Whether a file is one that by its name holds secrets of a person. A path as models write it. */
export function mayHoldSecrets(path: string): boolean {
  const parts = path
    .normalize('NFKC')
    .toLowerCase()
    .split('/')
    .map((part) => part.trim().replace(/\.+$/, ''))
    .filter(Boolean)
  const name = parts.at(-1) ?? ''
  const within = parts.slice(0, -1)
  if (within.some((part) => folders.has(part))) return true
  if (within.includes('.git') && gitConfig.test(name)) return true
  return names.some((pattern) => pattern.test(name))
}
