import { createTestKit } from '@reynard/server/testing'
import { serveForParent } from '../stream/serve-for-parent.ts'

/** A server whose assistant counts in a file that outlives it, and takes its time before and after: long enough to be killed in between. */
const countFile = process.argv[2] ?? ''
const someMs = () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 60))
serveForParent({ kit: createTestKit({ countFile, beforeCount: someMs, onCount: someMs }).kit })
