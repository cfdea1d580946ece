import { expect, test } from 'vitest'
import { readTar } from './read-tar.ts'

test('an archive that ends too early is found out', async () => {
  const header = Buffer.alloc(512)
  header.write('package/file', 0)
  header.write('00000001000\0', 124)
  header.write('0', 156)
  async function* cut() {
    yield header
    yield Buffer.alloc(100)
  }
  const reading = (async () => {
    for await (const entry of readTar(cut())) for await (const _piece of entry.content);
  })()
  await expect(reading).rejects.toMatchObject({ code: 'engine-failed' })
})
