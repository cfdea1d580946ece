import { AdminModelsScreen } from '../../../features/admin/models/admin-models-screen.tsx'

export default function AdminModelsPage() {
  return <AdminModelsScreen />
}
