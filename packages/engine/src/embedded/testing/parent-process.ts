/** A parent to be killed by a test: loads the model of the folder in its first argument and prints the child's process id. */
import { createEmbeddedEngine } from '../create-embedded-engine.ts'
import { starterName } from './starter-model.ts'

const engine = createEmbeddedEngine({ modelsDir: process.argv[2] ?? '', maxSequences: 1, gpu: 'off' })
await engine.warm(starterName)
console.log(engine.processId())
setInterval(() => {}, 60_000)
