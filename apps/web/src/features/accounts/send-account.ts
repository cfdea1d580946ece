import { accountMessages as text } from '../../lib/messages-accounts.ts'

/** What the server says against a form: `field` names the one that is not right; '' means all of it. */
export type FormProblem = { field: string; message: string }

/** Calls `/api/account/…`; a session comes and goes with the answer's cookie. Null: it is done. */
export async function sendAccount(call: string, input: Record<string, string>): Promise<FormProblem | null> {
  try {
    const response = await fetch(`/api/account/${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(20_000),
    })
    if (response.ok) return null
    const { detail, error }: { detail?: string; error?: { details?: { field?: string } } } = await response.json()
    return { field: error?.details?.field ?? '', message: detail ?? text.failed }
  } catch {
    return { field: '', message: text.unreachable }
  }
}
