import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'apps/**/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: ['packages/db/src/testing/postgres-server.ts', 'scripts/test-folder.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // What a test waits for comes at once on an idle machine; on a busy one it is late, not wrong.
    expect: { poll: { timeout: 20_000, interval: 20 } },
    maxWorkers: 2,
    // A second try in CI only, counted and printed with its names: real servers and timers on a busy machine are late now and then.
    retry: process.env.CI ? 1 : 0,
  },
})
