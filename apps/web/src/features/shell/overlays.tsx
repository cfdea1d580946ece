'use client'
import { lazy, Suspense } from 'react'
import { EarlyWords } from '../../components/early-words.tsx'
import { messages } from '../../lib/messages.ts'
import { setOverlay, useOverlay } from './overlay.ts'

const Drawer = lazy(async () => ({ default: (await import('./drawer.tsx')).Drawer }))
const Palette = lazy(async () => ({ default: (await import('../palette/palette.tsx')).Palette }))
const ShortcutsSheet = lazy(async () => ({ default: (await import('./shortcuts-sheet.tsx')).ShortcutsSheet }))
const ChatSettings = lazy(async () => ({ default: (await import('../settings/chat-settings.tsx')).ChatSettings }))
const BringProject = lazy(async () => ({ default: (await import('../projects/bring-project.tsx')).BringProject }))

/** What lies over the page. Each part's code comes when it is opened first; the server never renders one. */
export function Overlays({ path }: { path: string }) {
  const overlay = useOverlay()
  const close = () => setOverlay(null)
  return (
    <Suspense fallback={overlay?.kind === 'palette' && <EarlyWords label={messages.palette.title} />}>
      {overlay?.kind === 'drawer' && <Drawer path={path} onClose={close} />}
      {overlay?.kind === 'palette' && <Palette onClose={close} />}
      {overlay?.kind === 'shortcuts' && <ShortcutsSheet onClose={close} />}
      {overlay?.kind === 'chat-settings' && <ChatSettings conversationId={overlay.chat} onClose={close} />}
      {overlay?.kind === 'bring-project' && <BringProject conversationId={overlay.chat} onClose={close} />}
    </Suspense>
  )
}
