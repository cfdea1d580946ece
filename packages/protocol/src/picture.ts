import { z } from 'zod'

/** Bounds of an assistant's picture: bytes of the file, pixels of its side. */
const mostBytes = 64 * 1024
const mostSide = 512
const dataUrl = /^data:image\/(png|webp);base64,((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/
const pngChunks = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'sRGB', 'gAMA', 'cHRM', 'sBIT', 'pHYs', 'iCCP'])
const webpChunks = new Set(['VP8X', 'ICCP', 'ALPH', 'VP8 ', 'VP8L'])

type Size = { width: number; height: number }

/**
 * A small square picture as a `data:` URL: PNG or WebP that stands still, whole, with nothing after its end and no words in it. SVG, and
 * whatever else a browser might load or run, is none.
 */
export const pictureSchema = z
  .string()
  .max(Math.ceil(mostBytes / 3) * 4 + 32, 'A picture holds 64 kB at most.')
  .refine((url) => {
    const size = sizeOf(url)
    return size !== null && size.width === size.height && size.width >= 1 && size.width <= mostSide
  }, 'A picture is a square PNG or WebP of 512 pixels at most.')

function sizeOf(url: string): Size | null {
  const [, type, text] = dataUrl.exec(url) ?? []
  if (type === undefined || text === undefined) return null
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  if (bytes.length > mostBytes) return null
  const view = new DataView(bytes.buffer)
  try {
    return type === 'png' ? pngSize(view) : webpSize(view)
  } catch (error) {
    // It ends before it should.
    if (error instanceof RangeError) return null
    throw error
  }
}

const nameAt = (view: DataView, at: number) =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))

function pngSize(view: DataView): Size | null {
  if (view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a || nameAt(view, 12) !== 'IHDR') return null
  const size = { width: view.getUint32(16), height: view.getUint32(20) }
  for (let at = 8; ; ) {
    const [length, name] = [view.getUint32(at), nameAt(view, at + 4)]
    if (!pngChunks.has(name)) return null
    at += 12 + length
    if (name === 'IEND') return at === view.byteLength ? size : null
  }
}

function webpSize(view: DataView): Size | null {
  if (nameAt(view, 0) !== 'RIFF' || nameAt(view, 8) !== 'WEBP') return null
  if (view.getUint32(4, true) + 8 !== view.byteLength) return null
  let size: Size | null = null
  for (let at = 12; at < view.byteLength; ) {
    const [name, length] = [nameAt(view, at), view.getUint32(at + 4, true)]
    if (!webpChunks.has(name)) return null
    size ??= webpChunkSize(view, name, at + 8)
    at += 8 + length + (length % 2)
    if (at > view.byteLength) return null
  }
  return size
}

function webpChunkSize(view: DataView, name: string, at: number): Size | null {
  if (name === 'VP8X') {
    const side = (from: number) => (view.getUint32(from, true) & 0xffffff) + 1
    return { width: side(at + 4), height: side(at + 7) }
  }
  if (name === 'VP8 ') {
    return { width: view.getUint16(at + 6, true) & 0x3fff, height: view.getUint16(at + 8, true) & 0x3fff }
  }
  if (name !== 'VP8L') return null
  const bits = view.getUint32(at + 1, true)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}
