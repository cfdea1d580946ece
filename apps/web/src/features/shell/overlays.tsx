'use client'
import dynamic from 'next/dynamic'
import { setOverlay, useOverlay } from './overlay.ts'

const Palette = dynamic(() => import('../palette/palette.tsx').then((module) => module.Palette), { ssr: false })
const Shortcuts = dynamic(() => import('./shortcuts-sheet.tsx').then((module) => module.ShortcutsSheet), { ssr: false })
const ChatSettings = dynamic(() => import('../settings/chat-settings.tsx').then((module) => module.ChatSettings), {
  ssr: false,
})

/** What lies over the page. Each part's code comes when it is opened first. */
export function Overlays() {
  const overlay = useOverlay()
  const close = () => setOverlay(null)
  if (overlay?.kind === 'palette') return <Palette onClose={close} />
  if (overlay?.kind === 'shortcuts') return <Shortcuts onClose={close} />
  if (overlay?.kind === 'chat-settings') return <ChatSettings conversationId={overlay.chat} onClose={close} />
  return null
}
