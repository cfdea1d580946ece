'use client'
import type { FilterRuleProblem, FilterSettings } from '@reynard/protocol'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { filterMessages } from '../../lib/messages-filter.ts'
import { showToast } from '../../lib/toast.ts'
import { tidied } from './check-rule.ts'

/** The rules as they are saved and as they are being changed, and what they would do to a text. `problems`: what the server can't use. */
export function useContentFilter() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const options = trpc.admin.contentFilter.queryOptions(undefined, { refetchOnMount: 'always' })
  const { data: view, error } = useQuery(options)
  const [edited, setEdited] = useState<FilterSettings | null>(null)
  const [problems, setProblems] = useState<readonly FilterRuleProblem[]>([])
  const onError = (failure: { message: string }) => void showToast(failure.message || messages.common.failed)
  const saving = useMutation(
    trpc.admin.updateContentFilter.mutationOptions({
      onError,
      onSuccess(result) {
        if (!result.ok) return setProblems(result.problems)
        queryClient.setQueryData(options.queryKey, result.view)
        setEdited(null)
        showToast(filterMessages.saved)
      },
    }),
  )
  const trying = useMutation(
    trpc.admin.tryContentFilter.mutationOptions({
      onError,
      onSuccess: (result) => setProblems(result.ok ? [] : result.problems),
    }),
  )
  const settings = edited ?? view?.settings
  const asSent = (now: FilterSettings) => ({ ...now, rules: now.rules.map(tidied) })
  return {
    view,
    settings,
    failure: error?.message ?? null,
    isChanged: edited !== null,
    problems,
    isSaving: saving.isPending,
    change(next: FilterSettings) {
      // What was wrong with a rule is told anew once it was changed.
      const same = (id: string) =>
        settings?.rules.find((rule) => rule.id === id) === next.rules.find((rule) => rule.id === id)
      setProblems(problems.filter(({ ruleId }) => same(ruleId)))
      setEdited(next)
      trying.reset()
    },
    discard() {
      setEdited(null)
      setProblems([])
      trying.reset()
    },
    save: () => settings && saving.mutate(asSent(settings)),
    tryOut: (text: string, place: 'input' | 'output' | 'tools') =>
      settings && trying.mutate({ text, place, settings: asSent(settings) }),
    trial: trying.data ?? null,
    isTrying: trying.isPending,
    forgetTrial: () => trying.reset(),
  }
}
