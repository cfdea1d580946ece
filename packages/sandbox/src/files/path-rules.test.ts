import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { SandboxError } from '../sandbox-error.ts'
import { newName, parseChangeablePath, parsePath } from './path-rules.ts'
import { openWorkspace, workspaceHome } from './workspace.ts'

const base = mkdtempSync(join(tmpdir(), 'pr-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const parts = [
  ...[
    '..',
    '.',
    '',
    '~',
    '.git',
    '.GIT',
    'git~1',
    'a',
    'é',
    'e\u0301',
    'CON',
    'nul.txt',
    'x.',
    'x ',
    'x:y',
    '..\\..',
    'C:',
    '%2e%2e',
  ],
  ...[
    '\uff0e\uff0e',
    '\u2025',
    '\u202e',
    '\u200b',
    '\0',
    '\n',
    '\ud800',
    'workspace',
    'etc',
    'passwd',
    '-rf',
    '*',
    'n'.repeat(256),
  ],
]
/** Paths of the parts that walls are tried with, joined in every way, and of anything at all. */
const paths = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 6 })
    .map((all) => all.join('/')),
  fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((all) => `/${all.join('//')}`),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

test('whatever path is asked for, it is refused in our words or lies beneath the root', () => {
  fc.assert(
    fc.property(paths, (path) => {
      try {
        const found = resolve('/root', ...parsePath(path))
        expect(found === '/root' || found.startsWith('/root/')).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(SandboxError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('a name that is made is one name, composed, and is made the same again', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })),
      (name) => {
        try {
          const [only, ...more] = parseChangeablePath(name)
          const made = newName(only ?? '')
          expect(more.length === 0 || name.includes('/')).toBe(true)
          expect(made).toBe(made.normalize('NFC'))
          expect(made).not.toMatch(/[/\\\0]|^\.{1,2}$|[. ]$/)
          expect(newName(made)).toBe(made)
        } catch (error) {
          expect(error).toBeInstanceOf(SandboxError)
        }
      },
    ),
    { numRuns: 2000 },
  )
})

test('what is written by any path is read by it, and lies beneath the root on the disk', async () => {
  const workspace = await openWorkspace(workspaceHome(base, crypto.randomUUID()), { bytes: 1 << 20, entries: 10_000 })
  await fc.assert(
    fc.asyncProperty(paths, async (path) => {
      try {
        const written = await workspace.write(path, path)
        expect(realpathSync(join(workspace.root, written.path)).startsWith(realpathSync(workspace.root) + sep)).toBe(
          true,
        )
        expect((await workspace.read(written.path)).bytes.toString()).toBe(Buffer.from(path).toString())
      } catch (error) {
        expect(error).toBeInstanceOf(SandboxError)
      }
    }),
    { numRuns: 300 },
  )
  expect(await workspace.recount()).toEqual(workspace.usage)
})
