import { ResetPassword } from '../../features/accounts/entrances.tsx'

export default function ResetPasswordPage() {
  return <ResetPassword />
}
