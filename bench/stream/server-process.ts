import { serveForParent } from './serve-for-parent.ts'

serveForParent({ commitDelayMs: Number(process.env.BENCH_COMMIT_DELAY_MS ?? 0) })
