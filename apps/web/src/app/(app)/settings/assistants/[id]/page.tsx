import { notFound } from 'next/navigation'
import { AssistantScreen } from '../../../../../features/assistants/assistant-screen.tsx'

const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/

/** `new` is the one that is not there yet. */
export default async function AssistantPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  if (!ID.test(id)) notFound()
  return <AssistantScreen key={id} id={id === 'new' ? null : id} />
}
