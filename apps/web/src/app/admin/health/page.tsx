import { HealthScreen } from '../../../features/admin/health/health-screen.tsx'

export default function HealthPage() {
  return <HealthScreen />
}
