import type { AnyTool } from '@reynard/agent'
import { type Db, listAccessRules, listGroupApprovals, listGroupMembers } from '@reynard/db'
import { EVERYONE, type Resource } from '@reynard/protocol'
import { modelKey } from '../engines/model-name.ts'

type NamedTool = Pick<AnyTool, 'name' | 'group' | 'effect'>

/** Who is in which group, and what is for whom: all from memory, so that asking costs no more than a look into a map. */
export type GroupDirectory = {
  /** The ids of the groups that somebody is in; `everyone` always. */
  groupsOf(userId: string): ReadonlySet<string>
  /** What no rule names is for everybody. */
  mayUse(userId: string, resource: Resource): boolean
  /** A tool is for whom its group of tools is for as well. */
  mayUseTool(userId: string, tool: Pick<NamedTool, 'name' | 'group'>): boolean
  /** Whether a group of theirs has them asked about a tool each time. */
  isAskedAbout(userId: string, tool: Pick<NamedTool, 'name' | 'effect'>): boolean
  /** Reads all of it anew; whoever asks before that is done hears what was. */
  reload(): Promise<void>
}

type Known = {
  groupsOf: ReadonlyMap<string, ReadonlySet<string>>
  /** By kind and name. What is not here is for everybody. */
  rules: ReadonlyMap<string, ReadonlySet<string>>
  /** By the id of the group: names of tools and effects. */
  approvals: ReadonlyMap<string, ReadonlySet<string>>
}

const everyoneAlone: ReadonlySet<string> = new Set([EVERYONE])

/** The name under which a rule about something is kept: one for all ways to write it. */
export function resourceName({ kind, name }: Resource): string {
  return kind === 'model' ? modelKey(name) : name
}

/** Opens with what the database holds. This server alone changes that, and reloads after each change. */
export async function openGroupDirectory(db: Db): Promise<GroupDirectory> {
  let known = await read(db)
  let loading: Promise<void> = Promise.resolve()

  const groupsOf = (userId: string) => known.groupsOf.get(userId) ?? everyoneAlone

  function mayUse(userId: string, resource: Resource): boolean {
    if (known.rules.size === 0) return true
    const groups = known.rules.get(`${resource.kind} ${resourceName(resource)}`)
    return groups === undefined || !groups.isDisjointFrom(groupsOf(userId))
  }

  return {
    groupsOf,
    mayUse,
    mayUseTool: (userId, { name, group }) =>
      mayUse(userId, { kind: 'tool', name }) && mayUse(userId, { kind: 'tool-group', name: group }),
    isAskedAbout(userId, { name, effect }) {
      if (known.approvals.size === 0) return false
      return [...groupsOf(userId)].some((id) => {
        const rules = known.approvals.get(id)
        return rules !== undefined && (rules.has(`tool ${name}`) || rules.has(`effect ${effect}`))
      })
    },
    reload() {
      // One after the other: what is read last is what was written last.
      loading = loading
        .catch(() => {})
        .then(async () => {
          known = await read(db)
        })
      return loading
    },
  }
}

async function read({ kysely }: Db): Promise<Known> {
  const [members, rules, approvals] = await Promise.all([
    listGroupMembers(kysely),
    listAccessRules(kysely),
    listGroupApprovals(kysely),
  ])
  return {
    groupsOf: new Map(
      [...Map.groupBy(members, ({ user_id }) => user_id)].map(([userId, rows]) => [
        userId,
        new Set([EVERYONE, ...rows.map(({ group_id }) => group_id)]),
      ]),
    ),
    rules: new Map(rules.map(({ kind, resource, groups }) => [`${kind} ${resource}`, new Set(groups)])),
    approvals: new Map(
      [...Map.groupBy(approvals, ({ group_id }) => group_id)].map(([groupId, rows]) => [
        groupId,
        new Set(rows.map(({ target, name }) => `${target} ${name}`)),
      ]),
    ),
  }
}
