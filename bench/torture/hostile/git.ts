import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Checkpoints,
  cloneUrl,
  createSandbox,
  GitRepository,
  openGitSession,
  openWorkspace,
  type Workspace,
  workspaceHome,
} from '@reynard/sandbox'
import { armRepository, authorsGit, makeRepository } from '@reynard/sandbox/testing'
import { below, chance, pick, type Random } from './chance.ts'
import type { Attack, HostileGroup } from './group.ts'

const inside = '/workspace/files'
const log = '/workspace/evil.log'

const names = [
  '--output=/workspace/out',
  '-p',
  '../../x',
  'HEAD^{/(a+)+$}',
  ':/x',
  'HEAD:a',
  '@{u}',
  'main@{1}',
  'a..b',
  '^main',
  'a\nb',
  '',
  'x.lock',
  'refs/*',
  '--',
  '\0',
  '$(touch /workspace/out)',
  'HEAD~99999',
  '\u202e',
]
const schemes = [
  'ext::sh -c ',
  'file://',
  'http://',
  'git://',
  'ssh://',
  'git@',
  '-oProxyCommand=',
  '--upload-pack=',
  'https://',
  'https:',
  'HTTPS://',
]
const hosts = [
  '-x/',
  'user:pass@example.org/a',
  'example.org:22/',
  'example.org/a\nb',
  '127.0.0.1/a',
  '[::1]/a',
  '/etc',
  'touch /workspace/out',
  'example.org/#a',
  '\\evil',
  ' example.org',
]

/** What the ways of a repository's own making leave behind in its folder. */
const twists: readonly ((random: Random, root: string) => void)[] = [
  (_, root) => armRepository(root, inside, log),
  (random, root) => {
    armRepository(root, inside, log)
    const settings = pick(random, [
      'core.worktree = /',
      'core.bare = true',
      'extensions.worktreeConfig = true',
      'core.repositoryformatversion = 99',
    ])
    const [key = '', value = ''] = settings.split(' = ')
    writeFileSync(join(root, '.git/config'), `[${key.split('.')[0]}]\n\t${key.split('.')[1]} = ${value}\n`, {
      flag: 'a',
    })
  },
  (random, root) => {
    const objects = files(join(root, '.git/objects'))
    for (let hits = 0; hits < 3; hits++) {
      const path = pick(random, objects)
      const bytes = readFileSync(path)
      bytes[below(random, bytes.length)] = below(random, 256)
      rmSync(path)
      writeFileSync(path, bytes)
    }
  },
  (random, root) => rmSync(pick(random, files(join(root, '.git')))),
  (random, root) => {
    const target = pick(random, ['/etc', '../../..', '/proc/self/cwd', `${root}/../../other/.git`])
    const place = pick(random, [
      '.git/objects/info/alternates',
      '.git/commondir',
      '.git/gitdir',
      '.git/HEAD',
      '.git/refs/heads/evil',
    ])
    writeFileSync(
      join(root, place),
      pick(random, [`${target}\n`, `ref: ${target}\n`, `gitdir: ${target}\n`, '0'.repeat(40), '\0'.repeat(50)]),
    )
  },
  (random, root) => {
    rmSync(join(root, '.git'), { recursive: true })
    if (chance(random, 0.5)) symlinkSync(pick(random, ['/etc', '..', '../../other/files/.git']), join(root, '.git'))
    else writeFileSync(join(root, '.git'), `gitdir: ${pick(random, ['/etc', '../other/.git', '/workspace/git'])}\n`)
  },
  (random, root) => {
    const name = pick(random, ['..', '.git', '.GIT', 'git~1', '.g\u200cit', 'a/../../b', '', 'x'.repeat(5_000)])
    const id = authorsGit(root, ['hash-object', '-w', '--stdin'], '/etc').trim()
    const mode = pick(random, ['100644', '120000', '160000', '40000', '100755', '777'])
    const raw = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])
    const tree = authorsGit(root, ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], raw).trim()
    writeFileSync(join(root, '.git/refs/heads/main'), `${authorsGit(root, ['commit-tree', tree, '-m', 'x']).trim()}\n`)
  },
  (random, root) => {
    const url = pick(random, schemes) + pick(random, hosts)
    writeFileSync(
      join(root, '.gitmodules'),
      `[submodule "s"]\n\tpath = ${pick(random, ['s', '"a\\r"', '../s'])}\n\turl = "${url}"\n\tupdate = !sh -c evil\n`,
    )
  },
]

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** What ran in the workspace's home, and what was written there beside it. */
function traces(workspace: Workspace): string | null {
  const ran = join(workspace.home, 'evil.log')
  if (existsSync(ran)) return `ran ${readFileSync(ran, 'utf8').slice(0, 200)}`
  return existsSync(join(workspace.home, 'out')) ? 'an option of a name was obeyed' : null
}

/** The inputs 103 to 112: repositories, names, addresses and messages, by all that is asked of version control. */
export const git: HostileGroup = {
  name: 'git (103–112)',
  share: 2.5,
  needsWalls: true,
  async open({ random, base }) {
    const sandbox = await createSandbox()
    const owner = sandbox.report.user ?? undefined
    const fresh = async () => {
      const home = workspaceHome(join(base, 'git'), randomUUID())
      const workspace = await openWorkspace(home, { bytes: 100 << 20, entries: 5_000 }, { owner })
      return { workspace, session: openGitSession(sandbox, workspace, 'torture') }
    }
    const drop = ({ home }: Workspace) => rmSync(home, { recursive: true, force: true })
    const kept = await fresh()
    await kept.workspace.write('a', '1')
    const plain = new GitRepository(kept.workspace, kept.session)
    await plain.commit({ message: 'One' })

    async function repository(): Promise<Attack> {
      const { workspace, session } = await fresh()
      mkdirSync(workspace.root, { recursive: true })
      makeRepository(workspace.root)
      const chosen = [pick(random, twists), ...(chance(random, 0.4) ? [pick(random, twists)] : [])]
      for (const twist of chosen) {
        try {
          twist(random, workspace.root)
        } catch {
          // What the first one broke the second can't twist any more.
        }
      }
      return {
        what: `a repository with the twists ${chosen.map((twist) => twists.indexOf(twist)).join(' and ')}`,
        async run() {
          const repository = new GitRepository(workspace, session)
          const checkpoints = new Checkpoints(workspace, session)
          const saved = await checkpoints.save('before')
          const imported = await settle(repository.importFrom(workspace))
          await workspace.write('README.md', 'changed\n')
          const asked = [
            await settle(repository.status()),
            await settle(repository.commit({ message: 'All of it' })),
            await settle(repository.log({ path: 'README.md' })),
            await settle(repository.show('HEAD')),
            await settle(repository.blame('README.md')),
            await settle(repository.switchBranch('feature')),
            await settle(checkpoints.restore(saved.id)),
          ]
          return [imported, ...asked]
        },
        async check() {
          const found = traces(workspace)
          drop(workspace)
          return found
        },
      }
    }

    async function name(): Promise<Attack> {
      const bad = pick(random, names) + pick(random, ['', '', '~1', '^', ' ', '/'])
      return {
        what: JSON.stringify(bad),
        run: async () => [
          await settle(plain.show(bad)),
          await settle(plain.log({ from: bad })),
          await settle(plain.diff({ from: bad, paths: [bad || '.'] })),
          await settle(plain.blame('a', { commit: bad })),
          await settle(plain.createBranch('fine', bad)),
          await settle(plain.switchBranch(bad)),
          await settle(
            plain.commit({
              message: pick(random, [bad, 'x'.repeat(below(random, 12 << 20)), '\u001b[31m']),
              paths: [bad],
            }),
          ),
        ],
        check: async () => traces(kept.workspace),
      }
    }

    async function address(): Promise<Attack> {
      const url = pick(random, schemes) + pick(random, hosts)
      let taken: URL | null = null
      return {
        what: url,
        async run() {
          taken = cloneUrl(url)
          return taken.href
        },
        async check() {
          if (taken === null) return null
          const { protocol, username, port } = taken
          return protocol === 'https:' && username === '' && port === '' ? null : 'such an address was taken'
        },
      }
    }

    return {
      attack: () => pick(random, [repository, repository, name, address])(),
      async control() {
        if ((await plain.log())[0]?.subject !== 'One') return 'a plain repository is not read'
        const { workspace, session } = await fresh()
        makeRepository(workspace.root)
        armRepository(workspace.root, inside, log)
        // As a program would ask that believes what the repository says.
        const env = { GIT_DIR: `${inside}/.git`, GIT_WORK_TREE: inside }
        await session.run({ level: 'L3', command: 'git', args: ['-c', 'safe.directory=*', 'status'], env })
        const isSeen = traces(workspace) !== null
        drop(workspace)
        return isSeen ? null : 'what a repository runs is not seen'
      },
      close: () => sandbox.close(),
    }
  },
}

/** What came, or the typed error in its place: the next question is asked all the same. Anything else is thrown. */
async function settle(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && error.name === 'SandboxError') return error.message
    throw error
  }
}
