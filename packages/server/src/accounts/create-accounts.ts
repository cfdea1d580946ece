import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { type Db, deleteExpiredAccess } from '@reynard/db'
import { type AccessMode, AppError } from '@reynard/protocol'
import type { Caller } from '../access/access.ts'
import type { RestRoute } from '../access/rest-route.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Env } from '../env.ts'
import { trustedProxies } from '../http/client-address.ts'
import { type GuardVerdict, guardRequest } from '../http/local-mode.ts'
import { createNetworkGuard } from '../http/network-mode.ts'
import type { Logger } from '../logging/create-logger.ts'
import type { Clock } from '../runs/ports.ts'
import { createAccessLinks } from './access-links.ts'
import { readAccessMode } from './account-mode.ts'
import { createAccountRoute } from './account-route.ts'
import { type AuthLibrary, loadAuthLibrary } from './auth-library.ts'
import { createEntrance } from './entrance.ts'
import { createIdentify } from './identify.ts'
import { createOwnAccountService, type OwnAccountService } from './own-account.ts'
import { pageRedirect } from './page-redirect.ts'
import { createPeopleService, type PeopleService } from './people.ts'
import { createSessionCache } from './session-cache.ts'
import { createSetUpCode, generateSetUpCode, type SetUpCode } from './set-up-code.ts'
import { createSignInLimit } from './sign-in-limit.ts'

const SWEEP_EVERY_MS = 60 * 60_000

/** Who may come in, by which door, and as whom. */
export type Accounts = {
  mode(): AccessMode
  /** In local mode at once, and at no cost. */
  identify(req: IncomingMessage): Caller | null | Promise<Caller | null>
  guard(req: IncomingMessage): GuardVerdict
  redirect(req: IncomingMessage, path: string): string | null | Promise<string | null>
  /** Signing in and out, the first account, links: `/api/account/…`. */
  route: RestRoute
  own: OwnAccountService
  people: PeopleService
  close(): void
}

type Options = {
  db: Db
  env: Pick<Env, 'dataDir' | 'isLoopback' | 'allowedHosts' | 'trustedProxies' | 'setUpCode'>
  audit: AuditLog
  clock: Clock
  logger: Logger
  /** Tells whoever started the server. */
  say(line: string): void
  /** In local mode whoever passed the guard at the door runs the server. */
  localOwner: Caller
  /** Ends the sockets and streams of those callers. */
  endWhere(test: (caller: Caller) => boolean): void
}

/** @throws AppError `bad-request` for a set-up code that can't be read */
export async function createAccounts(options: Options): Promise<Accounts> {
  const { db, env, audit, clock, logger, localOwner } = options
  let mode = await readAccessMode(db, env.isLoopback)
  let loading: Promise<AuthLibrary> | null = null
  const library = () => {
    loading ??= loadAuthLibrary(db, env.dataDir)
    return loading
  }
  // Nobody waits for it at the first call then.
  if (mode === 'team') await library()
  const code = mode === 'unclaimed' ? openSetUp(options) : null
  const trusted = trustedProxies(env.trustedProxies)
  const cache = createSessionCache()
  const revoke = (test: (caller: Caller) => boolean) => {
    cache.clear()
    options.endWhere(test)
  }
  const findCaller = createIdentify({ db, audit, clock, cache, library })
  const identify: Accounts['identify'] = (req) =>
    mode === 'local' ? localOwner : mode === 'team' ? findCaller(req) : null
  const limit = createSignInLimit(db, clock)
  const links = createAccessLinks(db, clock)
  const current = () => mode
  const entrance = createEntrance({
    db,
    clock,
    limit,
    links,
    audit,
    library,
    code,
    mode: current,
    revoke,
    onFirstAccount() {
      mode = 'team'
      // What was open without signing in ends here.
      revoke(() => true)
      logger.info('the first account was made: from now on everybody signs in')
    },
  })
  const guardNetwork = createNetworkGuard(env.allowedHosts)
  const sweep = async () => await db.commit(deleteExpiredAccess(db.kysely, clock.now()))
  const sweeping = setInterval(() => {
    if (mode === 'team')
      sweep().catch((error: unknown) => logger.warn({ err: error }, 'old sessions could not be removed'))
  }, SWEEP_EVERY_MS).unref()

  return {
    mode: current,
    identify,
    guard: (req) => (mode === 'local' ? guardRequest(req) : guardNetwork(req)),
    redirect: (req, path) => pageRedirect(mode, path, () => identify(req)),
    route: createAccountRoute({ entrance, identify, mode: current, trusted, logger }),
    own: createOwnAccountService({ db, clock, limit, audit, library, mode: current, revoke }),
    people: createPeopleService({ db, clock, links, audit, mode: current, revoke }),
    close: () => clearInterval(sweeping),
  }
}

/** Says the code by which the first account is made, unless the operator gave one. */
function openSetUp({ env, clock, say }: Options): SetUpCode {
  const { code, file } = env.setUpCode
  const given = code ?? (file === null ? null : readCode(file))
  if (given !== null) {
    say('This server has no account yet. Open /set-up within 15 minutes, with the set-up code that you gave it')
    return createSetUpCode(given, clock)
  }
  const made = generateSetUpCode()
  say(`This server has no account yet. Open /set-up within 15 minutes; the set-up code is ${made}`)
  return createSetUpCode(made, clock)
}

function readCode(file: string): string {
  let code: string
  try {
    code = readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new AppError('bad-request', `REYNARD_SETUP_CODE_FILE names a file that can't be read: ${file}.`, { cause })
  }
  if (code.length < 26) {
    throw new AppError('bad-request', 'The set-up code of REYNARD_SETUP_CODE_FILE must have at least 26 characters.')
  }
  return code
}
