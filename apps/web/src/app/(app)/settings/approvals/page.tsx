import { RulesScreen } from '../../../../features/approvals/rules-screen.tsx'

export default function ApprovalsPage() {
  return <RulesScreen />
}
