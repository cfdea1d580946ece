import { PeopleScreen } from '../../../features/accounts/people-screen.tsx'

export default function PeoplePage() {
  return <PeopleScreen />
}
