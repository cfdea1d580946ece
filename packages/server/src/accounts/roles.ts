import type { Database } from '@reynard/db'
import type { Role } from '../access/access.ts'

type UserRole = Database['users']['role']

/** The database has called a member `user` from its first schema on. */
export function roleOf(kept: unknown): Role {
  return kept === 'owner' || kept === 'admin' ? kept : 'member'
}

export function keptRole(role: Role): UserRole {
  return role === 'member' ? 'user' : role
}

/** Who is no owner looks after members alone, and can make nobody more than that. */
export function mayManage(by: Role, of: Role): boolean {
  return by === 'owner' || (by === 'admin' && of === 'member')
}
