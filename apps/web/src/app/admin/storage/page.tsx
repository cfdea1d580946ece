import { StorageScreen } from '../../../features/admin/storage/storage-screen.tsx'

export default function StoragePage() {
  return <StorageScreen />
}
