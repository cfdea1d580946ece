import { parseArgs } from 'node:util'
import { createDemoScript, demoModels } from './demo-answers.ts'
import { startFakeOllama } from './start-fake-ollama.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '11434' },
    host: { type: 'string', default: '127.0.0.1' },
    /** Tokens per second; 0 is as fast as the client takes them. */
    rate: { type: 'string', default: '40' },
    parallel: { type: 'string', default: '4' },
    'load-ms': { type: 'string', default: '0' },
    'prefill-ms': { type: 'string', default: '0' },
    /** Names of models, separated by commas, instead of the demo's. */
    models: { type: 'string' },
  },
})

const rate = Number(values.rate)
const fake = await startFakeOllama({
  port: Number(values.port),
  host: values.host,
  tokensPerSecond: rate > 0 ? rate : Number.POSITIVE_INFINITY,
  parallel: Number(values.parallel),
  loadMs: Number(values['load-ms']),
  prefillMs: Number(values['prefill-ms']),
  pullBytesPerSecond: 80_000_000,
  models: values.models?.split(',') ?? demoModels,
  answer: createDemoScript({ saysSo: true }),
})
console.log(`fake-ollama listens on ${fake.url}`)
process.send?.({ url: fake.url, port: fake.port })

const stop = () => void fake.close().then(() => process.exit(0))
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
// Forked by a bench or a test: it goes with its parent.
process.on('disconnect', stop)
