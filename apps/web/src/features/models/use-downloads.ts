'use client'
import type { CatalogModel, Download } from '@reynard/protocol'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { showToast } from '../../lib/toast.ts'
import { useStatus } from './use-models.ts'

/** What could be fetched, how it would do on this machine, and what is on its way. The downloads belong to the server: they go on without a page. */
export function useDownloads() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const catalog = useQuery(trpc.admin.catalog.queryOptions())
  // Asked beside the list, which is there at once: a hub that is out of reach takes seconds to say so.
  const hubOptions = trpc.admin.hubReach.queryOptions({ fresh: false }, { staleTime: 60_000 })
  const hub = useQuery(hubOptions)
  const askHub = useMutation({
    mutationFn: () => queryClient.fetchQuery(trpc.admin.hubReach.queryOptions({ fresh: true }, { staleTime: 0 })),
    onSuccess: (reach) => queryClient.setQueryData(hubOptions.queryKey, reach),
    onError: (error: Error) => showToast(error.message || messages.common.failed),
  })
  const onError = (error: { message: string }) => showToast(error.message || messages.common.failed)
  const onSuccess = () => queryClient.invalidateQueries(trpc.chat.status.queryFilter())
  const download = useMutation(trpc.admin.download.mutationOptions({ onError, onSuccess }))
  const pull = useMutation(trpc.admin.pullOllama.mutationOptions({ onError, onSuccess }))
  const pause = useMutation(trpc.admin.pauseDownload.mutationOptions({ onError, onSuccess }))
  const resume = useMutation(trpc.admin.resumeDownload.mutationOptions({ onError, onSuccess }))
  const cancel = useMutation(trpc.admin.cancelDownload.mutationOptions({ onError, onSuccess }))

  return {
    catalog: catalog.data,
    catalogError: catalog.error,
    rereadCatalog: () => void catalog.refetch(),
    /** A sentence where models cannot be fetched now; null while nothing is known of that. */
    hubProblem: hub.data?.problem ?? null,
    isAskingHub: askHub.isPending,
    askHub: () => askHub.mutate(),
    downloads: (useStatus()?.downloads ?? []).filter(isOnScreen),
    isStarting: download.isPending || pull.isPending,
    start: (model: CatalogModel) =>
      model.source === 'ollama' ? pull.mutate({ model: model.id }) : download.mutate({ id: model.id }),
    pullByName: (model: string) => pull.mutate({ model }),
    pause: (entry: Download) => pause.mutate({ id: entry.id }),
    resume: (entry: Download) => resume.mutate({ id: entry.id }),
    cancel: (entry: Download) => cancel.mutate({ id: entry.id }),
  }
}

const isOnScreen = (entry: Download) => entry.state !== 'done' && entry.state !== 'cancelled'
