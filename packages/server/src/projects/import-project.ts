import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { GitPort, ToolSession } from '@reynard/agent'
import {
  archiveStem,
  extractArchive,
  type FetchPackOptions,
  openWorkspace,
  SandboxError,
  type Workspace,
} from '@reynard/sandbox'

const mostEntries = 20_000
/** Of the web; the workspace's quota bounds what it becomes. */
const mostPackBytes = 512 << 20

export type ImportContext = {
  session: ToolSession
  signal: AbortSignal
  /** Bytes that have come so far. */
  onProgress(bytes: number): void
  /** How the web is reached; only tests replace it. */
  network: Pick<FetchPackOptions, 'resolve' | 'policy'>
}
/** `name`: what the source itself calls the project. `base`: the commit that its work begins from. */
export type Imported = { name: string | null; base: string | null }

/** A repository of the public web, fetched by the server through the safe connector, with its files. */
export async function cloneProject(
  url: string,
  { session, signal, onProgress, network }: ImportContext,
): Promise<Imported> {
  const git = await session.git.repository(signal)
  await git.cloneFrom(url, { ...network, signal, onProgress, maxBytes: mostPackBytes })
  return { name: null, base: (await git.commitId('HEAD')) ?? null }
}

/**
 * The files of an archive, and its history where it brought a `.git` folder; else a first commit of what came. An archive of one folder alone is
 * that folder.
 */
export async function unpackProject(
  upload: { name: string; content: Readable },
  { session, signal, onProgress }: ImportContext,
): Promise<Imported> {
  const { workspace } = session
  const kind = upload.name.slice(archiveStem(upload.name).length).toLowerCase() || '.zip'
  const archive = `.${crypto.randomUUID()}${kind}`
  const beside = join(workspace.home, 'incoming')
  const incoming = await openWorkspace(beside, workspace.quota.limits, {
    ...(workspace.user && { owner: workspace.user }),
  })
  try {
    await workspace.write(archive, counted(upload.content, onProgress), { signal })
    const { gitFiles } = await extractArchive(workspace, archive, { git: incoming, maxEntries: mostEntries, signal })
    await workspace.discard(archive)
    const name = await liftOnlyFolder(workspace)
    return { name, base: await beginHistory(session.git, gitFiles > 0 ? incoming : null, upload.name, signal) }
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

/** A folder of this machine: only its history is read, into the GIT_DIR of ours. */
export async function openFolderProject({ session, signal }: ImportContext): Promise<Imported> {
  const git = await orWithout(() => session.git.repository(signal))
  return { name: null, base: (await orWithout(async () => git?.commitId('HEAD'))) ?? null }
}

async function* counted(content: Readable, onProgress: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of content) {
    if (!(chunk instanceof Uint8Array)) continue
    bytes += chunk.byteLength
    onProgress(bytes)
    yield chunk
  }
}

/** What services pack lies in a folder of its own, whose files are meant. */
async function liftOnlyFolder(workspace: Workspace): Promise<string | null> {
  const { entries } = await workspace.list('.', { maxEntries: 2 })
  const [only] = entries
  if (entries.length !== 1 || only?.type !== 'folder') return null
  const { entries: inside, truncated } = await workspace.list(only.path, { maxEntries: mostEntries })
  // What stands for more than was listed would go with the folder.
  if (truncated) return only.path
  // A file that is named as its folder would have nowhere to go.
  if (inside.some(({ path }) => path === `${only.path}/${only.path}`)) return only.path
  for (const { path } of inside) await workspace.move(path, path.slice(only.path.length + 1))
  await workspace.discard(only.path)
  return only.path
}

async function beginHistory(
  port: GitPort,
  brought: Workspace | null,
  archive: string,
  signal: AbortSignal,
): Promise<string | null> {
  const git = await orWithout(() => port.repository(signal))
  if (git === null) return null
  if (brought !== null) {
    await git.importFrom(brought, 'git', signal)
    const head = await git.commitId('HEAD')
    if (head !== undefined) return head
  }
  // Nothing to commit is no failure: an archive may hold ignored files alone.
  const first = await orWithout(() => git.commit({ message: `Import ${archive}` }, signal), ['failed', 'unavailable'])
  return first?.id ?? null
}

/** Where this machine has no walls there is no version control, and all else goes on. */
async function orWithout<T>(work: () => Promise<T>, codes: readonly string[] = ['unavailable']): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SandboxError && codes.includes(error.code)) return null
    throw error
  }
}
