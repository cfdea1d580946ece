import { LOCAL_OWNER_ID } from '@reynard/db'
import { z } from 'zod'
import { openTestBrowser, type TestBrowser } from './browser.ts'
import { openTestServer, type TestServer, type TestServerOptions } from './open-test-server.ts'

const CODE = 'a-code-that-nobody-guesses-1'

/** Somebody with an account, at a browser of their own. */
type TestPerson = { userId: string; browser: TestBrowser }

export type TestTeam = {
  server: TestServer
  owner: TestPerson
  /** Invites somebody, who accepts. `name` is also what their address begins with. */
  join(name: string, role?: 'member' | 'admin'): Promise<TestPerson>
  /** A key of somebody's, shown once. */
  keyOf(person: TestPerson, ...scopes: ('read' | 'chat' | 'tools' | 'admin')[]): Promise<string>
}

/** A server with accounts, entered by its owner. The caller closes `server`. */
export async function openTestTeam({ env, ...options }: TestServerOptions = {}): Promise<TestTeam> {
  const server = await openTestServer({ ...options, env: { HOST: '0.0.0.0', REYNARD_SETUP_CODE: CODE, ...env } })
  const browser = openTestBrowser(server.url)
  const answer = await browser.post('/api/account/set-up', { code: CODE, ...personOf('Mara') })
  if (!answer.ok) throw new Error(`The owner could not come in: ${answer.status}`)
  return {
    server,
    owner: { userId: LOCAL_OWNER_ID, browser },
    async join(name, role = 'member') {
      const invited = await browser.mutate('admin.people.invite', { role })
      const { path } = z.object({ path: z.string() }).parse(invited.data)
      const theirs = openTestBrowser(server.url)
      const joined = await theirs.post('/api/account/join', { token: path.replace('/join#', ''), ...personOf(name) })
      if (!joined.ok) throw new Error(`${name} could not come in: ${joined.status}`)
      const { userId } = z.object({ userId: z.string() }).parse((await theirs.query('account.me')).data)
      return { userId, browser: theirs }
    },
    async keyOf({ browser: theirs }, ...scopes) {
      const made = await theirs.mutate('account.keys.create', { name: 'Test', scopes, days: null })
      return z.object({ key: z.string() }).parse(made.data).key
    },
  }
}

function personOf(name: string) {
  return { name, email: `${name.toLowerCase()}@example.org`, password: 'correct horse battery' }
}
