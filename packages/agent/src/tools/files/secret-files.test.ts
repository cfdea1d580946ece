import { expect, it } from 'vitest'
import { mayHoldSecrets } from './secret-files.ts'

it.each([
  '.env',
  './app/.ENV.production',
  '/workspace/.env/',
  '.env.local',
  '.envrc',
  'certs/server.pem',
  'tls.key',
  'id_ed25519',
  '.ssh/config',
  '.aws/config',
  '.git/config',
  'sub/.git/config.worktree',
  '.npmrc',
  '.netrc',
  '．ｅｎｖ',
])('%s may hold secrets', (path) => expect(mayHoldSecrets(path)).toBe(true))

it.each([
  '.env.example',
  'src/env.ts',
  'environment.md',
  'id_ed25519.pub',
  'config',
  'src/config',
  'keys.ts',
  '.gitignore',
])('%s is a file like others', (path) => expect(mayHoldSecrets(path)).toBe(false))
