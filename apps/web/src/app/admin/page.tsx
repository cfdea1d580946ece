import { OverviewScreen } from '../../features/admin/overview-screen.tsx'

export default function AdminPage() {
  return <OverviewScreen />
}
