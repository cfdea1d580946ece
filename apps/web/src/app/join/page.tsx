import { Join } from '../../features/accounts/entrances.tsx'

export default function JoinPage() {
  return <Join />
}
