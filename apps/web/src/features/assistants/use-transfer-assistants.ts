'use client'
import type { AssistantDefinition, AssistantSummary } from '@reynard/protocol'
import { useRouter } from 'next/navigation'
import { chooseFile, saveFile } from '../../lib/browser-files.ts'
import { useTRPCClient } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { showToast } from '../../lib/toast.ts'
import type { shippedLike } from './read-assistant.ts'
import { useAssistantActions } from './use-assistant-actions.ts'

const text = assistantPageMessages
/** As much as the server takes, with room for the braces. */
const MOST_BYTES = 200_000

/** Two definitions that say the same, whatever order their rules stand in. */
function isSame(one: AssistantDefinition, other: AssistantDefinition): boolean {
  const plain = ({ tools, parameters, ...rest }: AssistantDefinition) =>
    JSON.stringify([
      Object.entries(rest).sort(),
      Object.entries(tools).sort(),
      parameters.temperature ?? null,
      parameters.maxTokens ?? null,
    ])
  return plain(one) === plain(other)
}

/** Copies of assistants: within Reynard, out of it and into it. A failure is said where it happens. */
export function useTransferAssistants() {
  const client = useTRPCClient()
  const router = useRouter()
  const { create, read } = useAssistantActions()
  const quietly = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      showToast(error instanceof Error && error.message ? error.message : messages.common.failed)
    }
  }

  /**
   * Its own name, or one with a number where another assistant has that; null where the very same assistant is here. `shipped`: whose name it
   * had, where that one came with the server.
   */
  async function nameFor(
    definition: AssistantDefinition,
    like: typeof shippedLike,
  ): Promise<{ name: string; shipped: string | null } | null> {
    const { assistants } = await client.assistant.list.query()
    const shipped = like(definition.name, assistants)?.name ?? null
    for (const { id, name } of assistants) {
      if (name === definition.name && isSame(await read(id), definition)) return null
    }
    const taken = new Set(assistants.map(({ name }) => name))
    const wanted = shipped === null ? definition.name : text.copyOf(definition.name.slice(0, 50))
    let name = wanted
    for (let number = 2; taken.has(name); number += 1) name = text.numbered(wanted.slice(0, 54), number)
    return { name, shipped }
  }

  return {
    /** The copy opens to be changed. */
    duplicate: (assistant: AssistantSummary) =>
      quietly(async () => {
        const definition = await read(assistant.id)
        const { id } = await create({ ...definition, name: text.copyOf(definition.name).slice(0, 60) })
        router.push(`/settings/assistants/${id}`)
      }),
    exportAssistant: (assistant: AssistantSummary) =>
      quietly(async () => {
        const definition = await read(assistant.id)
        const name = assistant.name.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60) || 'assistant'
        saveFile(`${name}.assistant.json`, JSON.stringify(definition, null, 2), 'application/json')
      }),
    async importAssistant() {
      const file = await chooseFile('.json,application/json')
      if (!file) return
      await quietly(async () => {
        const { assistantImportMessages } = await import('../../lib/messages-assistant-import.ts')
        if (file.size > MOST_BYTES) return showToast(assistantImportMessages.tooLarge(file.size, MOST_BYTES))
        const { readAssistant, shippedLike } = await import('./read-assistant.ts')
        const read = readAssistant(await file.text())
        if ('problem' in read) return showToast(read.problem)
        const { definition } = read
        const named = await nameFor(definition, shippedLike)
        if (named === null) return showToast(text.alreadyHere(definition.name))
        const { name, missing } = await create({ ...definition, name: named.name })
        showToast(text.imported(name, named.shipped, missing))
      })
    },
  }
}
