import { AuditScreen } from '../../../features/admin/audit-screen.tsx'

export default function AuditPage() {
  return <AuditScreen />
}
