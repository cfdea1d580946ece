'use client'
import type { ConsoleModel, ConsoleModels } from '@reynard/protocol'
import { useMutation } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useTRPC } from '../../../lib/client.tsx'
import { messages } from '../../../lib/messages.ts'
import { adminModelsMessages } from '../../../lib/messages-admin-models.ts'
import { showToast } from '../../../lib/toast.ts'

const addressOf = ({ engine, name }: ConsoleModel) => ({ engine, name })
const failed = (error: { message: string }) => showToast(error.message || messages.common.failed)

/** Every model of every engine, live. `problem`: why there is nothing to see. */
export function useConsoleModels(): { all: ConsoleModels | undefined; problem: string | null } {
  const trpc = useTRPC()
  const { data, error } = useSubscription(trpc.admin.models.watch.subscriptionOptions())
  return { all: data, problem: data === undefined ? (error?.message ?? null) : null }
}

/** What is done with a model. The list shows by itself what comes of it. */
export function useModelActions() {
  const trpc = useTRPC()
  const load = useMutation(trpc.admin.models.load.mutationOptions({ onError: failed }))
  const unload = useMutation(trpc.admin.models.unload.mutationOptions({ onError: failed }))
  const keepAlive = useMutation(trpc.admin.models.setKeepAlive.mutationOptions({ onError: failed }))
  const copy = useMutation(trpc.admin.models.copy.mutationOptions({ onError: failed }))
  return {
    load: (model: ConsoleModel) => load.mutate(addressOf(model)),
    unload: (model: ConsoleModel) => unload.mutate(addressOf(model)),
    setKeepAlive: (model: ConsoleModel, value: string | null) =>
      keepAlive.mutate({ ...addressOf(model), keepAlive: value }),
    copy: (model: ConsoleModel, to: string) =>
      copy.mutate({ ...addressOf(model), to }, { onSuccess: () => showToast(adminModelsMessages.copied(to)) }),
  }
}
