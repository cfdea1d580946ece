import type { OperatorSettings } from '@reynard/protocol'
import { useEffect, useSyncExternalStore } from 'react'
import { serverSettingsMessages } from '../../../lib/messages-settings.ts'
import { showToast } from '../../../lib/toast.ts'

/** Server settings as somebody is changing them. */
export type UnsavedSettings = {
  changes: Partial<OperatorSettings>
  /** Why a value cannot be saved. */
  wrong: Partial<Record<keyof OperatorSettings, string>>
  /** Values as they are being typed; what is saved shows where nothing was. */
  typed: Partial<Record<keyof OperatorSettings, string | null>>
}

const NOTHING: UnsavedSettings = { changes: {}, wrong: {}, typed: {} }
let unsaved = NOTHING
const listeners = new Set<() => void>()

/** With null, nothing is left to save. */
export function setUnsavedSettings(change: ((before: UnsavedSettings) => UnsavedSettings) | null) {
  unsaved = change === null ? NOTHING : change(unsaved)
  for (const listener of listeners) listener()
}

const isDirty = () =>
  Object.keys(unsaved.changes).length > 0 || Object.values(unsaved.wrong).some((error) => error !== undefined)

/** What is not saved yet. It stays while somebody looks at another page, and the page that is left says so. */
export function useUnsavedSettings(): UnsavedSettings {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (isDirty()) event.preventDefault()
    }
    addEventListener('beforeunload', ask)
    return () => {
      removeEventListener('beforeunload', ask)
      if (isDirty()) showToast(serverSettingsMessages.notSavedLeft)
    }
  }, [])
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => unsaved,
    () => NOTHING,
  )
}
