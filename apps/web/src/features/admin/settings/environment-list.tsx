import type { EnvironmentSetting } from '@reynard/protocol'
import { chatSettingsMessages } from '../../../lib/messages-chat-settings.ts'
import { consoleSettingsMessages } from '../../../lib/messages-console-settings.ts'

const text = consoleSettingsMessages

/** What only the environment can say: read here, changed there. Of a secret only whether it is set. */
export function EnvironmentList({ settings }: { settings: readonly EnvironmentSetting[] }) {
  return (
    <ul>
      {settings.map((setting) => (
        <li
          key={setting.variable}
          className="grid items-start gap-x-9 gap-y-1 border-t border-line py-[15px] sm:max-lg:grid-cols-[minmax(0,1fr)_300px] xl:grid-cols-[minmax(0,1fr)_300px_132px]"
        >
          <div className="min-w-0">
            <h3 className="font-mono text-sm font-mid [overflow-wrap:anywhere]">{setting.variable}</h3>
            <p className="max-w-[56ch] text-sm text-ink-2">{setting.about}</p>
            <p className="max-w-[56ch] text-xs text-ink-3">{setting.why}</p>
          </div>
          <p className="min-w-0 font-mono text-sm text-ink-2 [overflow-wrap:anywhere]">{shownValue(setting)}</p>
          <p className={`flex items-center gap-1.5 text-xs font-mid ${setting.isSet ? 'text-info' : 'text-ink-3'}`}>
            <span
              aria-hidden
              className={`size-[7px] rounded-[2px] ${setting.isSet ? 'bg-info' : 'inset-ring-[1.5px] inset-ring-ink-3'}`}
            />
            {setting.isSet ? chatSettingsMessages.fromEnvironment : chatSettingsMessages.isDefault}
          </p>
        </li>
      ))}
    </ul>
  )
}

function shownValue({ isSecret, isSet, value, fallback }: EnvironmentSetting): string {
  if (isSecret) return isSet ? text.secretSet : text.secretNotSet
  return value ?? text.byDefault(fallback)
}
