'use client'
import { Dialog } from '../../components/dialog.tsx'
import { messages } from '../../lib/messages.ts'
import { Sidebar } from '../sidebar/sidebar.tsx'
import { overlayOpener } from './overlay.ts'

/** The sidebar where there is no room for it beside the page. */
export function Drawer({ path, onClose }: { path: string; onClose: () => void }) {
  return (
    <Dialog bare open opener={overlayOpener} onOpenChange={onClose} place="side" title={messages.shell.sidebar}>
      <Sidebar inDrawer path={path} />
    </Dialog>
  )
}
