import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from '../components/providers.tsx'
import { FIRST_PAINT_SCRIPT } from '../lib/first-paint.ts'
import { messages } from '../lib/messages.ts'
import { hanken, hankenItalic, spline } from './fonts.ts'
import '@fontsource-variable/hanken-grotesk/wght.css'
import './globals.css'

export const metadata: Metadata = { title: messages.common.appName, robots: { index: false, follow: false } }
export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  interactiveWidget: 'resizes-content',
}

/** Reading the nonce makes every page dynamic: a page that was built ahead could not carry one. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    <html
      lang="en"
      className={`${hanken.variable} ${hankenItalic.variable} ${spline.variable}`}
      data-theme="light"
      suppressHydrationWarning
    >
      <head>
        {/* The browser hides a nonce from scripts, so the attribute differs at hydration; that is its purpose. */}
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours that has to run before the first paint */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: FIRST_PAINT_SCRIPT }} />
      </head>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  )
}
