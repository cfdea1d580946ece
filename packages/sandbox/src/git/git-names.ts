import { SandboxError } from '../sandbox-error.ts'

const plainName = /^[A-Za-z0-9_](?:[A-Za-z0-9._/+-]{0,198}[A-Za-z0-9_+-])?$/
const revision = /^(.+?)((?:~[0-9]{1,4}|\^[12]?){0,4})$/

/** A name for a branch or a tag that is taken as it is; `bad-path` where git or a shell would read more into it. */
export function branchName(name: string): string {
  if (plainName.test(name) && !/\.\.|\/\/|\/\.|\.lock(?:\/|$)/.test(name) && name !== 'HEAD') return name
  throw new SandboxError('bad-path', 'This can’t be the name of a branch: letters, digits, and . _ + - / between them.')
}

/** A commit by its id (from four digits on), a branch, a tag or HEAD, with `~n` or `^` behind it. `bad-path` for anything cleverer. */
export function revisionName(text: string): string {
  const [, base = '', steps = ''] = revision.exec(text) ?? []
  if (base === 'HEAD' || /^[0-9a-f]{4,40}$/.test(base)) return base + steps
  try {
    return branchName(base) + steps
  } catch (cause) {
    throw new SandboxError('bad-path', 'This is no commit, branch or tag that can be asked for.', { cause })
  }
}

/**
 * A URL that a repository may be fetched from: https, without a user name, on the usual port. `bad-path` for `ssh`, `git`, `file`,
 * `ext::` and everything that git would take for an option.
 */
export function cloneUrl(text: string): URL {
  const url = /^https:\/\/[A-Za-z0-9]/i.test(text) ? URL.parse(text) : null
  const clean = url && url.protocol === 'https:' && !url.username && !url.password && !url.port && !url.hash
  if (clean && !/[\p{Cc}\s]/u.test(text)) return url
  throw new SandboxError(
    'bad-path',
    'Only an address that begins with https:// can be fetched, without a user name or a port.',
  )
}

/** Without control characters but newline and tab, and without those that turn the direction of text. */
export function plainText(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
}
