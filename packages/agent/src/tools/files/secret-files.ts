/** Passwords, keys and tokens lie under such names by custom. Compared in small letters. */
const names = [
  /^\.env(?!\.(?:example|sample|template|dist|defaults)$)(?:[.-].*|rc)?$/,
  /^(?!(?:example|sample|template|dist|defaults?)\.).+\.env(?:\.(?:local|dev|development|test|staging|prod|production))?$/,
  // Code and texts of such names are about secrets.
  /^(?!.*\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|cs|cc?|cpp|hh?|swift|vue|svelte|html|css|mdx?|rst)$)(?:.*[._-])?(?:secrets?|credentials?)(?:[._-].*)?$/,
  /service[._-]?account.*\.json$/,
  /\.(?:tfvars|tfstate)(?:\.json|\.backup)?$/,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx)$/,
  /^id_[a-z0-9_]+$/,
  /^(?:\.npmrc|\.yarnrc\.yml|\.netrc|_netrc|\.pypirc|\.pgpass|\.my\.cnf|\.htpasswd|\.git-credentials)$/,
]
const folders: ReadonlySet<string> = new Set(['.ssh', '.gnupg', '.aws', '.azure', '.gcloud', '.kube', '.docker'])
/** Addresses of remotes may hold a password. */
const gitConfig = /^(?:config(?:\.worktree)?|credentials)$/

/** Whether a file or folder is one that by its name holds secrets of a person. A path as models write it. */
export function mayHoldSecrets(path: string): boolean {
  const parts = path
    .normalize('NFKC')
    .toLowerCase()
    .split('/')
    .map((part) => part.trim().replace(/\.+$/, ''))
    .filter(Boolean)
  const name = parts.at(-1) ?? ''
  const within = parts.slice(0, -1)
  if (parts.some((part) => folders.has(part))) return true
  if (within.includes('.git') && gitConfig.test(name)) return true
  return names.some((pattern) => pattern.test(name))
}
