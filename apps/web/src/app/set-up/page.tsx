import { SetUp } from '../../features/accounts/entrances.tsx'

export default function SetUpPage() {
  return <SetUp />
}
