import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ENV_DEFAULTS, parseEnvFile, ROOT, readEnv } from './env.ts'

describe('readEnv', () => {
  it('boots on an empty environment', () => {
    expect(readEnv({})).toMatchObject({
      port: 8000,
      host: '127.0.0.1',
      dataDir: join(ROOT, 'data'),
      modelsDir: join(ROOT, 'data', 'models'),
      databaseUrl: null,
      engine: 'auto',
      ollama: { enabled: true, baseUrl: 'http://localhost:11434' },
      engineTimeoutMs: 300_000,
      maxConcurrentRequests: 5,
      temperature: null,
      queuePlaces: 1000,
      starter: 'auto',
    })
  })

  it('keeps the models beside a data folder that was moved', () => {
    expect(readEnv({ REYNARD_DATA_DIR: '/srv/reynard' }).modelsDir).toBe('/srv/reynard/models')
    expect(readEnv({ REYNARD_MODELS_DIR: '/srv/models' }).modelsDir).toBe('/srv/models')
  })

  it.each([
    ['PORT', '80a', 'PORT is "80a", but it must be a whole number from 0 to 65535.'],
    ['PORT', '70000', 'PORT is "70000", but it must be a whole number from 0 to 65535.'],
    ['OLLAMA_ENABLED', 'perhaps', 'OLLAMA_ENABLED is "perhaps", but it must be true or false.'],
    ['REYNARD_ENGINE', 'gpt', 'REYNARD_ENGINE is "gpt", but it must be one of auto, ollama, embedded, openai.'],
    [
      'OLLAMA_BASE_URL',
      'ftp://me:secret@host',
      'OLLAMA_BASE_URL is "ftp://***@host", but it must be an address such as http://localhost:11434.',
    ],
    [
      'DATABASE_URL',
      'mysql://me:secret@host/db',
      'DATABASE_URL is set to something else, but it must be postgres://user:password@host/name, or empty.',
    ],
    ['OLLAMA_TEMPERATURE', '3', 'OLLAMA_TEMPERATURE is "3", but it must be a number from 0 to 2, or empty.'],
  ])('refuses %s=%s in one sentence', (name, value, sentence) => {
    expect(() => readEnv({ [name]: value })).toThrow(sentence)
  })

  it.each(['0.0.0.0', '192.168.1.4', '::', 'reynard.example'])('says that others reach %s', (host) => {
    expect(readEnv({ HOST: host }).isLoopback).toBe(false)
  })

  it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])('serves on %s', (host) => {
    expect(readEnv({ HOST: host })).toMatchObject({ host: host.replace(/[[\]]/g, ''), isLoopback: true })
  })

  it('reads switches as people write them', () => {
    expect(readEnv({ OLLAMA_ENABLED: 'No' }).ollama.enabled).toBe(false)
    expect(readEnv({ OLLAMA_ENABLED: ' 1 ' }).ollama.enabled).toBe(true)
  })
})

it('reads a .env as Windows writes it', () => {
  expect(parseEnvFile('\uFEFFPORT=9000\r\nHF_TOKEN=secret\r\n')).toEqual({ PORT: '9000', HF_TOKEN: 'secret' })
})

describe('.env.example', () => {
  const lines = readFileSync(join(ROOT, '.env.example'), 'utf8').split('\n')

  it('has every line commented out', () => {
    expect(lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))).toEqual([])
  })

  it('lists every setting with its default, and no other', () => {
    const settings = lines.filter((line) => /^# [A-Z][A-Z_]+=/.test(line)).map((line) => line.slice(2))
    expect(parseEnv(settings.join('\n'))).toEqual(ENV_DEFAULTS)
  })

  it('says nothing else than the defaults do', () => {
    const said = readEnv({ ...ENV_DEFAULTS, OLLAMA_TEMPERATURE: '', OLLAMA_MAX_TOKENS: '' })
    expect(said).toEqual({ ...readEnv({}), given: said.given, texts: said.texts })
  })
})
