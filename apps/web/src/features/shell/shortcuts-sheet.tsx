'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Dialog } from '../../components/dialog.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { SHORTCUTS, type ShortcutId } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { shortcutMessages } from '../../lib/messages-shortcuts.ts'
import { helpAddress } from '../help/help-address.ts'
import { overlayOpener, setOverlay } from './overlay.ts'

const ids = Object.keys(SHORTCUTS) as ShortcutId[]

/** Every key, from the one table that also answers them. */
export function ShortcutsSheet({ onClose }: { onClose: () => void }) {
  const path = usePathname()
  return (
    <Dialog open opener={overlayOpener} onOpenChange={onClose} title={shortcutMessages.title} className="sm:w-[720px]">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls, so it has to be reachable by key */}
      <section tabIndex={0} aria-label={shortcutMessages.title} className="overflow-y-auto px-5 pb-5">
        <dl className="gap-x-10 text-sm sm:columns-2">
          {ids.map((id) => (
            <div key={id} className="flex min-h-9 break-inside-avoid items-center gap-4 border-t border-line py-1">
              <dt className="flex-1">{shortcutMessages.names[id]}</dt>
              <dd>
                <Kbd shortcut={id} />
              </dd>
            </div>
          ))}
        </dl>
        <p className="mt-4 text-xs text-ink-3">
          {shortcutMessages.singleHint}{' '}
          <Link
            href={helpAddress(path)}
            onClick={() => setOverlay(null)}
            className="text-ink-2 underline underline-offset-2 hover:text-ink"
          >
            {messages.help.section}
          </Link>
        </p>
      </section>
    </Dialog>
  )
}
