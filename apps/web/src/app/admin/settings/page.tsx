import { ConsoleSettingsScreen } from '../../../features/admin/settings/console-settings-screen.tsx'

export default function ConsoleSettingsPage() {
  return <ConsoleSettingsScreen />
}
