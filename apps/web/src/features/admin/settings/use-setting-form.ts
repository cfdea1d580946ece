import { type OperatorSettings, type SettingDescription, updateOperatorSettingsInputSchema } from '@reynard/protocol'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useTRPC } from '../../../lib/client.tsx'
import { messages } from '../../../lib/messages.ts'
import { consoleSettingsMessages } from '../../../lib/messages-console-settings.ts'
import { firstRunMessages } from '../../../lib/messages-first-run.ts'
import { showToast } from '../../../lib/toast.ts'
import { setUnsavedSettings, useUnsavedSettings } from './unsaved-settings.ts'

const text = consoleSettingsMessages

export type SettingForm = ReturnType<typeof useSettingForm>

/** The settings as they are with the server, live, and what somebody is changing of them. */
export function useSettingForm() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { data: view, error } = useSubscription(trpc.admin.watchSettings.subscriptionOptions())
  const { changes, wrong, typed } = useUnsavedSettings()
  const saving = useMutation(
    trpc.admin.updateSettings.mutationOptions({
      onSuccess: (next) => {
        setUnsavedSettings(null)
        queryClient.setQueryData(trpc.admin.settings.queryOptions().queryKey, next)
        void queryClient.invalidateQueries(trpc.chat.defaults.queryFilter())
        void queryClient.invalidateQueries(trpc.chat.status.queryFilter())
        void queryClient.invalidateQueries({ queryKey: trpc.assistant.pathKey() })
      },
      onError: (failure) => showToast(failure.message || messages.common.failed),
    }),
  )

  /** Takes what was typed. What does not fit is kept to be mended, and said under its field. */
  function set(setting: SettingDescription, value: unknown, words?: string) {
    const { name } = setting
    const result = updateOperatorSettingsInputSchema.safeParse({ [name]: value })
    setUnsavedSettings((before) => {
      const next: Partial<OperatorSettings> = { ...before.changes }
      delete next[name]
      if (result.success && view?.saved[name] !== result.data[name]) Object.assign(next, result.data)
      return {
        changes: next,
        wrong: {
          ...before.wrong,
          [name]: result.success ? undefined : ruleOf(setting, result.error.issues[0]?.message),
        },
        typed: { ...before.typed, [name]: words ?? null },
      }
    })
  }

  const errors = Object.values(wrong).filter((rule) => rule !== undefined).length
  return {
    view,
    problem: error?.message ?? null,
    changes,
    wrong,
    typed,
    errors,
    set,
    isSaving: saving.isPending,
    /** Leads to the first mistake instead, where there is one. */
    save() {
      if (errors > 0) document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
      else if (!saving.isPending && Object.keys(changes).length > 0) saving.mutate(changes)
    },
    discard: () => setUnsavedSettings(null),
  }
}

/** What a value must be, in words. */
function ruleOf({ control }: SettingDescription, message: string | undefined): string {
  if (control.kind === 'number') return text.number(control.low, control.high, control.isWhole)
  if (control.kind === 'text') return text.atMost(control.most)
  if (control.kind === 'address') return firstRunMessages.addressWrong
  return message ?? messages.common.failed
}
