import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const stored = new Map<string, string>()
beforeEach(() => {
  stored.clear()
  vi.resetModules()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  })
})
afterEach(() => vi.unstubAllGlobals())

const upload = { id: '1', name: 'a.txt', bytes: 1, mediaType: 'text/plain', kind: 'text' as const }
/** What a page that is loaded anew knows. */
const load = async () => {
  vi.resetModules()
  return await import('./draft-files.ts')
}

test('a file that is whole outlives the page; one that was on its way is known by its name, and why it is not there', async () => {
  const before = await load()
  before.draftFiles.set('chat', [
    { ...before.draftFile('k1', 'a.txt', 1), upload, progress: 1 },
    { ...before.draftFile('k2', 'b.txt', 9), progress: 0.5 },
  ])
  const { draftFiles, wasCut } = await load()
  const [whole, cut] = draftFiles.get('chat')
  expect(whole).toMatchObject({ upload, problem: null })
  expect([cut?.name, cut && wasCut(cut)]).toEqual(['b.txt', true])
})

test('files leave with their question, come back where it is refused, and are forgotten where it is taken', async () => {
  const { draftFiles, draftFile, takeFiles, endFiles } = await load()
  const later = draftFile('k2', 'b.txt', 9)
  draftFiles.set('chat', [{ ...draftFile('k1', 'a.txt', 1), upload, progress: 1 }])
  expect(takeFiles('chat')).toEqual([upload])
  expect(takeFiles('chat')).toEqual([])
  draftFiles.set('chat', [...draftFiles.get('chat'), later])
  endFiles('chat', [upload], false)
  expect(takeFiles('chat')).toEqual([upload])
  endFiles('chat', [upload], true)
  expect(draftFiles.get('chat')).toEqual([later])
})

test('what another page stored in another form is nothing', async () => {
  stored.set('reynard.files.chat', '{"a":1}')
  stored.set('reynard.files.other', '[1,null,{"x":2}]')
  const { draftFiles } = await load()
  expect([draftFiles.get('chat'), draftFiles.get('other')]).toEqual([[], []])
})
