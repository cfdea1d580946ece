import { GroupsScreen } from '../../../features/admin/groups/groups-screen.tsx'

export default function GroupsPage() {
  return <GroupsScreen />
}
