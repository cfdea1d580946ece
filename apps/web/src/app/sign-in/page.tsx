import { SignIn } from '../../features/accounts/entrances.tsx'

export default function SignInPage() {
  return <SignIn />
}
