import { z } from 'zod'

const answerSchema = z.object({
  result: z.object({ data: z.unknown() }).optional(),
  error: z.object({ data: z.object({ error: z.unknown() }) }).optional(),
})

/** Somebody at a browser: keeps cookies, names the page's origin. */
export type TestBrowser = {
  get(path: string): Promise<Response>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  /** A typed call: a query without `input` given, else a mutation. */
  query(path: string, input?: unknown): Promise<{ status: number; data: unknown }>
  mutate(path: string, input?: unknown): Promise<{ status: number; data: unknown; error: unknown }>
  cookie(): string
}

/** A browser on a server at `url`, with a cookie or without one. */
export function openTestBrowser(url: string, cookie = ''): TestBrowser {
  const send = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) => {
    const headers = { origin: url, ...(cookie && { cookie }), ...init.headers }
    const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init, headers })
    const [set] = response.headers.getSetCookie()
    if (set !== undefined) cookie = set.includes('Max-Age=0') ? '' : (set.split(';', 1)[0] ?? '')
    return response
  }
  const post = (path: string, body: unknown, headers = {}) =>
    send(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  return {
    get: (path) => send(path),
    post,
    async query(path, input) {
      const asked = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
      const response = await send(`/api/trpc/${path}${asked}`)
      return { status: response.status, data: answerSchema.parse(await response.json()).result?.data }
    },
    async mutate(path, input) {
      const response = await post(`/api/trpc/${path}`, input)
      const { result, error } = answerSchema.parse(await response.json())
      return { status: response.status, data: result?.data, error: error?.data.error }
    },
    cookie: () => cookie,
  }
}
