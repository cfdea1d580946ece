import { ChatScreen } from '../../../../features/shell/chat-screen.tsx'
import { NotFound } from '../../../../features/shell/not-found.tsx'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** `?message=` opens the chat at that message (a search hit), `q=` at those words in it. */
export default async function ChatPage({ params, searchParams }: Props) {
  const [{ id }, { message, q }] = await Promise.all([params, searchParams])
  // Not notFound(): the browser would draw the whole page anew, without its theme and the list of chats.
  if (!UUID.test(id)) return <NotFound />
  return (
    <ChatScreen
      key={id}
      conversationId={id}
      messageId={typeof message === 'string' ? message : null}
      words={typeof q === 'string' ? q.slice(0, 200) : ''}
    />
  )
}
