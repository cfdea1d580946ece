import { accountMessages as text } from '../../lib/messages-accounts.ts'

/** What the server says against a form: `field` names the one that is not right; '' means all of it. */
export type FormProblem = { field: string; message: string }
/** What came of a call besides that it is done. */
export type AccountAnswer = { keys?: { revoked: number; kept: number } }
type Sent = { problem: FormProblem } | { problem: null; answer: AccountAnswer }

/** Calls `/api/account/…`; a session comes and goes with the answer's cookie. */
export async function sendAccount(call: string, input: Record<string, string | boolean>): Promise<Sent> {
  try {
    const response = await fetch(`/api/account/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(20_000),
    })
    const body: AccountAnswer & { detail?: string; error?: { details?: { field?: string } } } = await response.json()
    if (response.ok) return { problem: null, answer: body }
    return { problem: { field: body.error?.details?.field ?? '', message: body.detail ?? text.failed } }
  } catch {
    return { problem: { field: '', message: text.unreachable } }
  }
}
