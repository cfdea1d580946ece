import { AssistantsScreen } from '../../../../features/assistants/assistants-screen.tsx'

export default function AssistantsPage() {
  return <AssistantsScreen />
}
