import { UsageScreen } from '../../../features/admin/usage/usage-screen.tsx'

export default function UsagePage() {
  return <UsageScreen />
}
