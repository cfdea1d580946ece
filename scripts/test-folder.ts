import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Global setup of Vitest and of Playwright: temp folders of everything that the tests start, browsers included, are made in one folder
 * that goes with the run, also when a test failed before it could clean up. Returns the teardown. What is kept between runs, a model
 * that was fetched, stays in the machine's own temp folder.
 */
export default function setup(): () => void {
  process.env.REYNARD_TEST_MODELS ??= join(tmpdir(), 'reynard-models')
  // Short: paths of sockets in it may be about a hundred characters long, on macOS most of them spent already.
  const folder = mkdtempSync(join(tmpdir(), 'rey-'))
  const name = process.platform === 'win32' ? 'TEMP' : 'TMPDIR'
  const before = process.env[name]
  process.env[name] = folder
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.once('exit', remove)
  return () => {
    if (before === undefined) delete process.env[name]
    else process.env[name] = before
    remove()
  }
}
