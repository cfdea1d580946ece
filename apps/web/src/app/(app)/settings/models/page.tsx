import { ModelsScreen } from '../../../../features/models/models-screen.tsx'

export default function ModelsPage() {
  return <ModelsScreen />
}
