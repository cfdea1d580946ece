import { Buffer } from 'node:buffer'
import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { pictureSchema } from './picture.ts'

const chunk = (name: string, data: Buffer = Buffer.alloc(0)) => {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length)
  head.write(name, 4, 'latin1')
  return Buffer.concat([head, data, Buffer.alloc(4)])
}
function png(width: number, height: number, more: Buffer[] = []): Buffer {
  const about = Buffer.alloc(13)
  about.writeUInt32BE(width)
  about.writeUInt32BE(height, 4)
  about.writeUInt8(8, 8)
  const pixels = chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * height)))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', about),
    ...more,
    pixels,
    chunk('IEND'),
  ])
}
const url = (bytes: Buffer | string, type = 'png') =>
  `data:image/${type};base64,${typeof bytes === 'string' ? bytes : bytes.toString('base64')}`
const lossy = 'UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA'
const lossless = 'UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=='
const isPicture = (text: string) => pictureSchema.safeParse(text).success

test.each([
  ['a PNG', url(png(64, 64))],
  ['a WebP with loss', url(lossy, 'webp')],
  ['a WebP without', url(lossless, 'webp')],
])('%s is one', (_what, text) => {
  expect(isPicture(text)).toBe(true)
})

const whole = Buffer.from(lossy, 'base64')
test.each([
  ['no square', url(png(64, 32))],
  ['one of many pixels', url(png(513, 513))],
  ['nothing', ''],
  ['an address', 'https://example.org/a.png'],
  ['SVG', `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')}`],
  ['a page that says PNG', url(Buffer.from('<script>alert(1)</script>'))],
  ['a PNG that says WebP', url(png(8, 8), 'webp')],
  ['one that ends early', url(png(8, 8).subarray(0, 40))],
  ['one with more behind it', url(Buffer.concat([png(8, 8), Buffer.from('<script>')]))],
  ['one that moves', url(png(8, 8, [chunk('acTL', Buffer.alloc(8))]))],
  ['one with words in it', url(png(8, 8, [chunk('tEXt', Buffer.from('Comment\0where I live'))]))],
  ['a WebP with more behind it', url(Buffer.concat([whole, Buffer.from('more')]), 'webp')],
  ['a WebP that ends early', url(whole.subarray(0, 20), 'webp')],
  ['no base64', 'data:image/png;base64,§§§§'],
  ['one with parameters', url(png(8, 8)).replace('image/png', 'image/png;charset=x')],
  ['more than 64 kB', url(png(8, 8, [chunk('iCCP', Buffer.alloc(65_536))]))],
])('%s is none', (_what, text) => {
  expect(isPicture(text)).toBe(false)
})
