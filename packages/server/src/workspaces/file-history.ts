import type { FileVersion } from '@reynard/protocol'
import type { Checkpoints } from '@reynard/sandbox'
import { readState } from './state-label.ts'

const mostVersions = 200
/** States of a chat beyond these are not looked through. */
const mostStates = 500

/** The states in which a file became another one, the newest first. */
export async function listVersions(checkpoints: Checkpoints, path: string): Promise<FileVersion[]> {
  const { states } = await checkpoints.list()
  const sorted = states.map(readState).sort((a, b) => a.at - b.at)
  const looked = sorted.slice(-mostStates)
  const contents = await checkpoints.versions(
    looked.map(({ id }) => id),
    path,
  )
  const last = contents.at(-1)
  const versions: FileVersion[] = []
  for (const [at, state] of looked.entries()) {
    const own = contents[at] ?? null
    const previous = contents[at - 1] ?? null
    if (own === previous) continue
    const isUnkept = own === null && (await checkpoints.leftOut(state.id, path))
    const isBack = previous === null && versions.at(-1)?.change === 'unkept'
    versions.push({
      ...state,
      before: looked[at - 1]?.id ?? null,
      change: isUnkept ? 'unkept' : own === null ? 'deleted' : previous === null && !isBack ? 'added' : 'modified',
      isNow: own !== null && own === last,
    })
  }
  return versions.reverse().slice(0, mostVersions)
}
