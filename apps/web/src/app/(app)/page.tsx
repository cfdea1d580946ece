import { NewChat } from '../../features/new-chat/new-chat.tsx'

export default function NewChatPage() {
  return <NewChat />
}
