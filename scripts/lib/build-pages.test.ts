import { expect, it } from 'vitest'
import { buildFailure } from './build-pages.mjs'

it('says in one sentence that another start builds already', () => {
  const next = '▲ Next.js 16.4.6 (Turbopack)\n⨯ Another next build process is already running.\n\n  This could be: …'
  expect(buildFailure(next)).toMatch(/^Another start of Reynard .*\.$/)
})

it('shows what a build says that fails otherwise, and that the disk is full', () => {
  expect(buildFailure('Type error: no')).toMatch(/^Type error: no\nThe pages could not be built/)
  expect(buildFailure('ENOSPC: no space left on device')).toContain('The disk is full')
})
