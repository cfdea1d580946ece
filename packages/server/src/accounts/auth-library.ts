import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Db } from '@reynard/db'
import { v7 as uuidv7 } from 'uuid'

/** A person is asked for their password again after this long, in milliseconds. */
const SESSION_MS = 30 * 24 * 60 * 60_000
export const SESSION_COOKIE = 'reynard.session_token'
const PASSWORD = { least: 10, most: 128 } as const

type SignedIn = { userId: string; token: string; setCookies: string[] }
/** Whose session a cookie is. Times in UTC milliseconds. */
type FoundSession = { id: string; userId: string; role: unknown; expiresAt: number }

/** What of the authentication library is used: passwords and sessions. Everything else of it stays shut. */
export type AuthLibrary = {
  /** A new session, whatever the caller brought. Null where address or password is wrong; both take the same work. */
  signIn(input: { email: string; password: string; address: string; userAgent: string }): Promise<SignedIn | null>
  findSession(cookie: string): Promise<FoundSession | null>
  hashPassword(password: string): Promise<string>
  isPassword(password: string, hash: string): Promise<boolean>
}

/**
 * Loads better-auth, which takes some 60 MB: only where there are accounts, or are about to be.
 * @param dataDir holds the secret that cookies are signed with; it is made where it is missing
 */
export async function loadAuthLibrary(db: Db, dataDir: string): Promise<AuthLibrary> {
  const [{ betterAuth }, { authAdapter }] = await Promise.all([
    import('better-auth/minimal'),
    import('./auth-adapter.ts'),
  ])
  const auth = betterAuth({
    // Nothing is ever redirected by it: its own routes are not served.
    baseURL: 'http://localhost',
    secret: readSecret(dataDir),
    database: authAdapter(db),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD.least,
      maxPasswordLength: PASSWORD.most,
    },
    user: {
      modelName: 'users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: { role: { type: 'string', input: false, required: false } },
    },
    account: {
      modelName: 'accounts',
      fields: {
        userId: 'user_id',
        providerId: 'provider_id',
        accountId: 'account_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    session: {
      modelName: 'sessions',
      fields: {
        userId: 'user_id',
        token: 'token_hash',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        expiresAt: 'expires_at',
      },
      expiresIn: SESSION_MS / 1000,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    advanced: {
      cookiePrefix: 'reynard',
      // Whoever answers adds Secure, where the person came by https.
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      database: { generateId: () => uuidv7() },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
  const { password } = await auth.$context

  return {
    async signIn({ email, password: given, address, userAgent }) {
      try {
        const { headers, response } = await auth.api.signInEmail({
          body: { email, password: given },
          headers: new Headers({ 'x-forwarded-for': address, 'user-agent': userAgent }),
          returnHeaders: true,
        })
        return { userId: response.user.id, token: response.token, setCookies: headers.getSetCookie() }
      } catch (error) {
        if (isRefusal(error)) return null
        throw error
      }
    },
    async findSession(cookie) {
      const found = await auth.api.getSession({
        headers: new Headers({ cookie: `${SESSION_COOKIE}=${cookie}` }),
        query: { disableRefresh: true },
      })
      if (found === null) return null
      const { session, user } = found
      return { id: session.id, userId: user.id, role: user.role, expiresAt: session.expiresAt.getTime() }
    },
    hashPassword: (given) => password.hash(given),
    isPassword: (given, hash) => password.verify({ password: given, hash }),
  }
}

/** The library throws its refusals as errors with a status; all else is a failure of ours. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && Number(error.statusCode) < 500
}

function readSecret(dataDir: string): string {
  const file = join(dataDir, 'session-secret')
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
  return readFileSync(file, 'utf8')
}
