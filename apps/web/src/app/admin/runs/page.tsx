import { RunsScreen } from '../../../features/admin/runs-screen.tsx'

export default function RunsPage() {
  return <RunsScreen />
}
