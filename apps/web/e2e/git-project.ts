import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** By the machine's own git, as the owner of the code would. Answers what it printed. */
export function git(folder: string, ...args: string[]): string {
  const who = ['-c', 'safe.directory=*', '-c', 'user.name=Ada Lovelace', '-c', 'user.email=ada@example.org']
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: dirname(folder),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    NODE_ENV: 'test' as const,
  }
  return execFileSync('git', [...who, ...args], { cwd: folder, env, encoding: 'utf8' })
}

/** A folder with one commit on main that adds these files. */
export function makeGitProject(folder: string, files: Record<string, string>, message: string): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  git(folder, 'init', '-q', '-b', 'main')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', message)
  return folder
}

/** The folder as a zip beside it. */
export function zipOf(folder: string): string {
  const code = "import shutil,sys\nshutil.make_archive(sys.argv[1],'zip',*sys.argv[1].rsplit('/',1))"
  execFileSync('python3', ['-c', code, folder])
  return `${folder}.zip`
}

/** Hands a server a file, as dropping it does. Answers its id. */
export async function upload(url: string, path: string, name: string): Promise<string> {
  const uploaded = await fetch(`${url}/api/uploads?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(readFileSync(path)),
  })
  const { id }: { id: string } = JSON.parse(await uploaded.text())
  return id
}
