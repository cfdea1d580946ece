/** Pixels of the side that is kept: twice what the largest mark shows, and once more for dense screens. */
const SIDE = 128
/** Bytes as a `data:` URL that the server takes. */
const MOST_LENGTH = 87_000
const MOST_FILE_BYTES = 30 << 20

/** The middle of a picture as a small square, drawn anew, so that nothing else of the file is kept. Null where it can not be read. */
export async function makePicture(file: File): Promise<string | null> {
  if (file.size > MOST_FILE_BYTES) return null
  const source = await createImageBitmap(file).catch(() => null)
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (source === null || context === null) return null
  const side = Math.min(source.width, source.height)
  canvas.width = SIDE
  canvas.height = SIDE
  context.imageSmoothingQuality = 'high'
  context.drawImage(source, (source.width - side) / 2, (source.height - side) / 2, side, side, 0, 0, SIDE, SIDE)
  source.close()
  // A browser that writes no WebP gives PNG.
  const written = canvas.toDataURL('image/webp', 0.85)
  return written.length <= MOST_LENGTH ? written : null
}
