'use client'
import type { ReactNode } from 'react'
import { ClientProvider } from '../lib/client.tsx'
import { Toaster } from './toaster.tsx'
import { TooltipProvider } from './tooltip.tsx'

/** What every page stands in. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <ClientProvider>
      <TooltipProvider delayDuration={500} skipDelayDuration={200}>
        {children}
        <Toaster />
      </TooltipProvider>
    </ClientProvider>
  )
}
