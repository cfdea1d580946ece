import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from '../components/providers.tsx'
import { FIRST_PAINT_SCRIPT } from '../lib/first-paint.ts'
import { hanken, hankenItalic, spline } from './fonts.ts'
import '@fontsource-variable/hanken-grotesk/wght.css'
import './globals.css'

// Each page renders its own title: one set here would win over it whenever a page is opened from another.
export const metadata: Metadata = { robots: { index: false, follow: false } }
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
