import { AppError } from '@reynard/protocol'

/** What somebody is on this server, the least first. Who is more may do what who is less may. */
const ROLES = ['member', 'admin', 'owner'] as const
export type Role = (typeof ROLES)[number]

/** What a key for programs may be given: look, ask, let tools act, run the server. */
export type Scope = 'read' | 'chat' | 'tools' | 'admin'

/** By what somebody is known: a session or a key. `expiresAt` in UTC milliseconds. */
type Credential = { id: string; expiresAt: number }

/**
 * Who asks. `scopes` null: a person, who may do all that their role may. `credential` null: the owner of local mode, who has nothing to
 * show.
 */
export type Caller = { userId: string; role: Role; scopes: ReadonlySet<Scope> | null; credential: Credential | null }

/**
 * Who may make a call. Each procedure and each route declares it. `anyone`: also who has not signed in. `scope` null: a person alone; no
 * key changes who may come in.
 */
export type Access = 'anyone' | { role: Role; scope: Scope | null }

/** Why somebody may not make a call; null where they may. `caller` null: nobody that we know. */
export function refusalOf(caller: Caller | null, access: Access): AppError | null {
  if (access === 'anyone') return null
  if (caller === null) return new AppError('unauthorized', 'Sign in first.')
  if (ROLES.indexOf(caller.role) < ROLES.indexOf(access.role)) {
    return new AppError(
      'forbidden',
      `Only ${access.role === 'owner' ? 'the owner' : 'an admin'} of this server may do this.`,
    )
  }
  if (caller.scopes !== null && access.scope === null) {
    return new AppError('forbidden', 'No key may do this. Sign in as the person whose account it is.')
  }
  if (caller.scopes !== null && access.scope !== null && !caller.scopes.has(access.scope)) {
    return new AppError('forbidden', `This key was not given the scope "${access.scope}", which this call needs.`)
  }
  return null
}
