import { expect, test } from 'vitest'
import { completeAddress } from './complete-address.ts'

test.each([
  'localhost:11434',
  'localhost',
  '192.168.1.5:11434',
  'gpu-box:8000/v1',
  'ollama.example.org',
  '[::1]:11434',
])('%s lacks only http://', (typed) => expect(completeAddress(` ${typed} `)).toBe(`http://${typed}`))

test.each(['http://localhost:11434', 'https://ollama.example.org', 'ftp://x.example', 'nothing', 'two words', ''])(
  '%s stays as it is',
  (typed) => expect(completeAddress(typed)).toBe(typed),
)
