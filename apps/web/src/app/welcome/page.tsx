import { Welcome } from '../../features/first-run/welcome.tsx'

export default function WelcomePage() {
  return <Welcome />
}
