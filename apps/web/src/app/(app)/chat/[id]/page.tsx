import { notFound } from 'next/navigation'
import { ChatScreen } from '../../../../features/shell/chat-screen.tsx'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** `?message=` opens the chat at that message (a search hit). */
export default async function ChatPage({ params, searchParams }: Props) {
  const [{ id }, { message }] = await Promise.all([params, searchParams])
  if (!UUID.test(id)) notFound()
  return <ChatScreen key={id} conversationId={id} messageId={typeof message === 'string' ? message : null} />
}
