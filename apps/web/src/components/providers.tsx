'use client'
import type { ReactNode } from 'react'
import { ClientProvider } from '../lib/client.tsx'
import { Toaster } from './toaster.tsx'
import { TooltipLayer } from './tooltip.tsx'

/** What every page stands in. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <ClientProvider>
      {children}
      <Toaster />
      <TooltipLayer />
    </ClientProvider>
  )
}
