import { initTRPC, TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import { describeError } from '../http/error-map.ts'
import { appRouter } from '../router.ts'
import type { Services } from '../services.ts'
import { declaredAccess, router } from '../trpc.ts'
import type { Caller, Role, Scope } from './access.ts'

type Kind = 'read' | 'chat' | 'tools' | 'admin' | 'owner' | 'self' | 'people'

/** Who may call what. A procedure that is added without a line here fails, and so does one whose guard was changed. */
const expected: Record<string, Kind> = {
  'chat.list': 'read',
  'chat.byId': 'read',
  'chat.send': 'chat',
  'chat.regenerate': 'chat',
  'chat.continue': 'chat',
  'chat.cancel': 'chat',
  'chat.decide': 'tools',
  'chat.watch': 'read',
  'chat.changes': 'read',
  'chat.update': 'chat',
  'chat.remove': 'chat',
  'chat.restore': 'chat',
  'chat.removeMessage': 'chat',
  'chat.search': 'read',
  'chat.export': 'read',
  'chat.import': 'chat',
  'chat.memory.list': 'read',
  'chat.memory.create': 'chat',
  'chat.memory.update': 'chat',
  'chat.memory.remove': 'chat',
  'chat.memory.restore': 'chat',
  'chat.memory.configure': 'chat',
  'chat.summary.update': 'chat',
  'chat.summary.remove': 'chat',
  'chat.summary.restore': 'chat',
  'chat.models': 'read',
  'chat.status': 'read',
  'chat.watchStatus': 'read',
  'chat.defaults': 'read',
  'assistant.list': 'read',
  'assistant.byId': 'read',
  'assistant.create': 'tools',
  'assistant.update': 'tools',
  'assistant.remove': 'tools',
  'assistant.restore': 'tools',
  'assistant.workspace.summary': 'read',
  'assistant.workspace.list': 'read',
  'assistant.workspace.preview': 'read',
  'assistant.workspace.document': 'read',
  'assistant.workspace.checkpoints': 'read',
  'assistant.workspace.diff': 'read',
  'assistant.workspace.changes': 'read',
  'assistant.workspace.history': 'read',
  'assistant.workspace.restoreFile': 'tools',
  'assistant.workspace.restores': 'read',
  'assistant.workspace.restore': 'tools',
  'assistant.workspace.remove': 'tools',
  'assistant.workspace.putBack': 'tools',
  'assistant.workspace.unpack': 'tools',
  'assistant.workspace.take': 'tools',
  'assistant.workspace.move': 'tools',
  'assistant.project.of': 'read',
  'assistant.project.bring': 'tools',
  'assistant.project.cancel': 'tools',
  'assistant.project.folders': 'owner',
  'assistant.project.registerFolder': 'owner',
  'assistant.project.removeFolder': 'owner',
  'assistant.project.author': 'read',
  'assistant.project.setAuthor': 'tools',
  'assistant.chat': 'chat',
  'assistant.rules.list': 'read',
  'assistant.rules.set': 'tools',
  'assistant.rules.removeFromChat': 'tools',
  'admin.overview': 'admin',
  'admin.watchOverview': 'admin',
  'admin.watchRuns': 'admin',
  'admin.listRuns': 'admin',
  'admin.watchRun': 'admin',
  'admin.stopRun': 'admin',
  'admin.stopAllOf': 'admin',
  'admin.usage': 'admin',
  'admin.watchUsage': 'admin',
  'admin.models.watch': 'admin',
  'admin.models.details': 'admin',
  'admin.models.load': 'admin',
  'admin.models.unload': 'admin',
  'admin.models.setKeepAlive': 'admin',
  'admin.models.copy': 'admin',
  'account.me': 'read',
  'account.rename': 'self',
  'account.changePassword': 'self',
  'account.sessions': 'self',
  'account.endSessions': 'self',
  'account.keys.list': 'self',
  'account.keys.create': 'self',
  'account.keys.revoke': 'self',
  'admin.people.list': 'people',
  'admin.people.invite': 'people',
  'admin.people.takeBackInvite': 'people',
  'admin.people.resetLink': 'people',
  'admin.people.setRole': 'people',
  'admin.people.remove': 'people',
  'admin.people.signOut': 'people',
  'admin.groups.list': 'people',
  'admin.groups.create': 'people',
  'admin.groups.update': 'people',
  'admin.groups.remove': 'people',
  'admin.groups.setMember': 'people',
  'admin.groups.access': 'people',
  'admin.groups.setAccess': 'people',
  'admin.groups.approvals': 'people',
  'admin.groups.setApproval': 'people',
  'admin.audit.list': 'admin',
  'admin.audit.watch': 'admin',
  'admin.catalog': 'admin',
  'admin.hubReach': 'admin',
  'admin.download': 'admin',
  'admin.pullOllama': 'admin',
  'admin.pauseDownload': 'admin',
  'admin.resumeDownload': 'admin',
  'admin.cancelDownload': 'admin',
  'admin.removeModel': 'admin',
  'admin.modelSettings': 'admin',
  'admin.updateModelSettings': 'admin',
  'admin.recheckEngines': 'admin',
  'admin.settings': 'admin',
  'admin.updateSettings': 'admin',
  'admin.watchSettings': 'admin',
  'admin.notices': 'admin',
  'admin.checkHealth': 'admin',
  'admin.watchStorage': 'admin',
  'admin.countStorage': 'admin',
  'admin.backUp': 'admin',
  'admin.diagnostics': 'admin',
  'admin.announce': 'admin',
  'admin.setMaintenance': 'admin',
  'admin.webSearch': 'admin',
  'admin.updateWebSearch': 'admin',
  'admin.toolStatistics': 'admin',
  'admin.tryWebSearch': 'admin',
  'admin.contentFilter': 'admin',
  'admin.updateContentFilter': 'admin',
  'admin.tryContentFilter': 'admin',
}

const person = (role: Role): Caller => ({ userId: 'somebody', role, scopes: null, credential: null })
const key = (role: Role, ...scopes: Scope[]): Caller => ({
  userId: 'somebody',
  role,
  scopes: new Set(scopes),
  credential: { id: 'key:1', expiresAt: Number.MAX_SAFE_INTEGER },
})

/** Each caller, and the kinds of calls that are answered; all others are refused. */
const callers: Record<string, { caller: Caller | null; may: Kind[] }> = {
  nobody: { caller: null, may: [] },
  member: { caller: person('member'), may: ['read', 'chat', 'tools', 'self'] },
  admin: { caller: person('admin'), may: ['read', 'chat', 'tools', 'admin', 'self', 'people'] },
  owner: { caller: person('owner'), may: ['read', 'chat', 'tools', 'admin', 'owner', 'self', 'people'] },
  'key to read': { caller: key('owner', 'read'), may: ['read'] },
  'key to chat': { caller: key('owner', 'chat'), may: ['chat'] },
  'key to let tools act': { caller: key('owner', 'tools'), may: ['tools'] },
  'key to administrate, of an owner': { caller: key('owner', 'admin'), may: ['admin', 'owner'] },
  'key to administrate, of an admin': { caller: key('admin', 'admin'), may: ['admin'] },
  'key to administrate, of who is a member by now': { caller: key('member', 'admin'), may: [] },
  'key without a scope': { caller: key('owner'), may: [] },
}

/** Where a call gets behind its guard, its input does not fit or this is thrown. */
const services = new Proxy({} as Services, {
  get() {
    throw new TRPCError({ code: 'CLIENT_CLOSED_REQUEST', message: 'reached' })
  },
})

/** The code that a call without input ends with. */
async function outcome(path: string, caller: Caller | null): Promise<string> {
  const call: unknown = path
    .split('.')
    .reduce<unknown>((at, name) => Reflect.get(at as object, name), appRouter.createCaller({ caller, services }))
  try {
    await (call as () => Promise<unknown>)()
    return 'answered'
  } catch (error) {
    return describeError(error).info.code
  }
}

test('every procedure stands in the table', () => {
  expect([...declaredAccess(appRouter).keys()].toSorted()).toEqual(Object.keys(expected).toSorted())
})

test('a procedure that does not say who may call it keeps the server from opening', () => {
  const undeclared = initTRPC.create().procedure.query(() => 'for all')
  expect(() => declaredAccess(router({ undeclared }))).toThrow(/undeclared/)
})

describe.each(Object.entries(callers))('%s', (_name, { caller, may }) => {
  test.each(Object.entries(expected))('%s, which is for %s', async (path, kind) => {
    const code = await outcome(path, caller)
    const refused = caller === null ? 'unauthorized' : 'forbidden'
    if (may.includes(kind)) expect(['unauthorized', 'forbidden']).not.toContain(code)
    else expect(code).toBe(refused)
  })
})
