import { readFileSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, parse, relative, sep } from 'node:path'
import { AppError } from '@reynard/protocol'

/** What chats may never work in, as real paths. `homes`: folders of people. `data`: this server's own. `code`: what it runs from. */
export type ProtectedFolders = { homes: readonly string[]; data: readonly string[]; code: readonly string[] }

/** Where Reynard itself lies: a change there is what it runs at its next start. */
const ownCode = join(import.meta.dirname, '..', '..', '..', '..')
/** Of a home: keys and settings of programs, under names that do not hide. */
const settingsFolders = ['Library', 'AppData', 'Application Data', 'Local Settings', 'snap']

/** Holds what a machine is made of: refused with all that is in it. */
const systemFolders = [
  ...['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/proc', '/run', '/sbin', '/sys', '/usr'],
  ...['/var/lib', '/var/log', '/var/run', '/var/cache', '/var/spool', '/var/db', '/lost+found'],
  ...['/System', '/Library', '/Applications', '/private/etc', '/private/var/db', '/cores'],
  ...['C:\\Windows', 'C:\\Program Files', 'C:\\Program Files (x86)', 'C:\\ProgramData'],
]
/** Holds folders of many: refused by itself, not what is in it. */
const sharedFolders = [
  '/home',
  '/Users',
  '/tmp',
  '/var',
  '/var/tmp',
  '/private',
  '/private/var',
  '/private/tmp',
  '/opt',
  '/srv',
  '/mnt',
  '/media',
  '/Volumes',
  'C:\\Users',
]
/** Where every folder is somebody's home. */
const homesOfMany = ['/home', '/Users', 'C:\\Users']
const firstPerson = 1_000
const deceiving = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const foldsCase = process.platform === 'darwin' || process.platform === 'win32'
const plain = (path: string) => (foldsCase ? path.toLowerCase() : path)

/** The homes of this machine's people, and what belongs to the server. Paths that are not there are left out. */
export function protectedFolders(dataFolders: readonly string[]): ProtectedFolders {
  return {
    homes: [homedir(), '/root', ...homesInPasswd()].flatMap(real),
    data: dataFolders.flatMap(real),
    code: real(ownCode),
  }
}

function homesInPasswd(): string[] {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
    return lines
      .map((line) => line.split(':'))
      .flatMap(([, , id, , , home]) => (Number(id) >= firstPerson && home ? [home] : []))
  } catch {
    return []
  }
}

/**
 * The real path of a folder that chats may work in, every link resolved; `~` is the home of whoever runs the server. Throws `bad-request` for what is no whole path of a folder,
 * `not-found` where it is not there, `forbidden` for a folder that is none of a project: the root, a home, what a machine or this server
 * is made of, and whatever holds one of these.
 */
export function checkFolder(written: string, { homes, data, code }: ProtectedFolders): string {
  const path = /^~(?=$|[/\\])/.test(written) ? join(homedir(), written.slice(1)) : written
  if (!isAbsolute(path) || deceiving.test(path) || !path.isWellFormed())
    throw new AppError('bad-request', 'Give the whole path of a folder on this machine, such as /home/you/code/shop.')
  const [folder] = real(path)
  if (folder === undefined) throw new AppError('not-found', `There is no folder at ${path} on this machine.`)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new AppError('bad-request', `${path} is no folder. Give the folder that holds the project.`)
  const refuse = (why: string) => new AppError('forbidden', `${folder} can not be a project: ${why}`)

  if (folder === parse(folder).root) throw refuse('it is the whole machine. Choose one folder in it.')
  const ofMany = homesOfMany.some((each) => isSame(dirname(folder), each))
  if (ofMany || homes.some((home) => isSame(folder, home)))
    throw refuse('it is a home folder, with keys and settings in it. Choose a folder in it.')
  if (data.some((each) => isWithin(folder, each) || isWithin(each, folder)))
    throw refuse('it is, holds or lies in the data folder of Reynard. Choose another one.')
  if (code.some((each) => isWithin(folder, each) || isWithin(each, folder)))
    throw refuse('it is, holds or lies in what Reynard runs from. Work on a copy of it.')
  if (systemFolders.some((each) => isWithin(folder, each))) throw refuse('it belongs to the system of this machine.')
  const held = [...homes, ...systemFolders, ...sharedFolders].find((each) => isWithin(each, folder))
  if (held !== undefined)
    throw refuse('it is shared, or holds folders of people or of the system. Choose one folder in it.')
  if (insideHome(folder, homes).some((name) => name.startsWith('.') || isSettings(name)))
    throw refuse('hidden folders of a home, and those of programs, hold keys and settings.')
  return folder
}

/** What a folder lies in directly below a home, also below one that is not in this machine's list of people. */
function insideHome(folder: string, homes: readonly string[]): string[] {
  const below = (base: string, level: number) =>
    isWithin(folder, base) ? [relative(base, folder).split(sep)[level] ?? ''] : []
  return [...homes.flatMap((home) => below(home, 0)), ...homesOfMany.flatMap((each) => below(each, 1))]
}

const isSettings = (name: string) => settingsFolders.some((each) => each.toLowerCase() === name.toLowerCase())

function real(path: string): string[] {
  try {
    return [realpathSync.native(path)]
  } catch {
    return []
  }
}

const isSame = (a: string, b: string) => plain(a) === plain(b)

/** Whether a path is a folder, or lies in it. */
function isWithin(path: string, folder: string): boolean {
  const [inner, outer] = [plain(path), plain(folder)]
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep)
}
