import localFont from 'next/font/local'

/** Interface and reading. Latin is preloaded with a fallback of the same metrics, so nothing shifts when it comes. */
export const hanken = localFont({
  src: '../../node_modules/@fontsource-variable/hanken-grotesk/files/hanken-grotesk-latin-wght-normal.woff2',
  weight: '100 900',
  variable: '--font-hanken',
  display: 'swap',
  fallback: ['Hanken Grotesk Variable', 'ui-sans-serif', 'system-ui', 'sans-serif'],
})

/** Emphasis. A family of its own, because a page without any need not fetch it ahead (globals.css gives it to `em` and `i`). */
export const hankenItalic = localFont({
  src: '../../node_modules/@fontsource-variable/hanken-grotesk/files/hanken-grotesk-latin-wght-italic.woff2',
  weight: '100 900',
  style: 'italic',
  variable: '--font-hanken-italic',
  display: 'swap',
  preload: false,
  fallback: ['Hanken Grotesk Variable', 'ui-sans-serif', 'system-ui', 'sans-serif'],
})

/** Code, ids, paths, commands. */
export const spline = localFont({
  src: '../../node_modules/@fontsource-variable/spline-sans-mono/files/spline-sans-mono-latin-wght-normal.woff2',
  weight: '300 700',
  variable: '--font-spline',
  display: 'swap',
  preload: false,
  adjustFontFallback: false,
  fallback: ['ui-monospace', 'SFMono-Regular', 'Menlo', 'Consolas', 'monospace'],
})
