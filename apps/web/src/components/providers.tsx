'use client'
import type { ReactNode } from 'react'
import { ClientProvider } from '../lib/client.tsx'
import { usePreferences } from '../lib/preferences.ts'
import { Toaster } from './toaster.tsx'
import { TooltipLayer } from './tooltip.tsx'

/** What every page stands in. */
export function Providers({ children }: { children: ReactNode }) {
  // Also a page that asks for none of them follows the system when day turns to night.
  usePreferences()
  return (
    <ClientProvider>
      {children}
      <Toaster />
      <TooltipLayer />
    </ClientProvider>
  )
}
