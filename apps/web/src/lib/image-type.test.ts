import { expect, it } from 'vitest'
import { imageType } from './image-type.ts'

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

it('goes by what a file is, never by what it is called', () => {
  expect(imageType(bytes('\x89PNG\r\n\x1a\n....'))).toBe('image/png')
  expect(imageType(bytes('\xff\xd8\xff\xe0....'))).toBe('image/jpeg')
  expect(imageType(bytes('GIF89a....'))).toBe('image/gif')
  expect(imageType(bytes('RIFF....WEBPVP8 '))).toBe('image/webp')
  for (const other of [
    '',
    '<svg onload="alert(1)">',
    '<?xml version="1.0"?><svg/>',
    'RIFF....WAVE',
    ' \x89PNG\r\n\x1a\n',
  ])
    expect(imageType(bytes(other))).toBeNull()
})
