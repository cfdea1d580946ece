'use client'
import type { ToolGroup } from '@reynard/protocol'
import { contextMessages } from '../../lib/messages-memory.ts'
import { toolGroupNames } from '../../lib/messages-tool-groups.ts'
import { plainText } from '../../lib/plain-text.ts'
import { useAssistantList } from '../assistants/use-assistants.ts'

/** Which tools found no room in the window, by group. */
export function LeftOutTools({ names }: { names: readonly string[] }) {
  const tools = useAssistantList()?.tools ?? []
  const groupOf = (name: string) => tools.find((tool) => tool.name === name)?.group ?? null
  const byGroup = Map.groupBy(names, groupOf)
  return (
    <div className="mt-3 text-xs text-ink-2">
      <h3 className="text-warning">{contextMessages.toolsLeftOut(names.length)}</h3>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
        {[...byGroup].map(([group, list]) => (
          <div key={group} className="contents">
            <dt className="text-ink-3">{titleOf(group)}</dt>
            <dd className="font-mono [overflow-wrap:anywhere]">{list.map(plainText).join(', ')}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** A tool that this server does not have any more has no group. */
const titleOf = (group: ToolGroup | null) => (group === null ? contextMessages.otherTools : toolGroupNames[group])
