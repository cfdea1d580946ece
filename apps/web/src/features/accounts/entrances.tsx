'use client'
import { Info } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Note } from '../../components/note.tsx'
import { accountMessages as text } from '../../lib/messages-accounts.ts'
import { safeNext } from '../../lib/safe-next.ts'
import { type EntranceField, EntranceForm } from './entrance-form.tsx'
import { EntrancePage } from './entrance-page.tsx'

const email: EntranceField = { name: 'email', label: text.email, type: 'email', autoComplete: 'username' }
const name: EntranceField = { name: 'name', label: text.name, help: text.nameHelp, autoComplete: 'name' }
const newPassword = (label: string): EntranceField => ({
  name: 'password',
  label,
  type: 'password',
  help: text.passwordHelp,
  autoComplete: 'new-password',
})
const password: EntranceField = {
  name: 'password',
  label: text.password,
  type: 'password',
  autoComplete: 'current-password',
}
const code: EntranceField = { name: 'code', label: text.code, help: text.codeHelp, autoComplete: 'off' }

/** The whole page anew: nothing of whoever was here before stays in memory. */
function enter(path = '/') {
  location.assign(path)
}

export function SignIn() {
  const done = useAddress(() => resetWords(new URLSearchParams(location.search)))
  return (
    <EntrancePage title={text.signIn} lead={text.signInLead}>
      {done && (
        <div role="status" className="mb-4">
          <Note tone="info" icon={<Info size={16} strokeWidth={1.75} aria-hidden />}>
            {done}
          </Note>
        </div>
      )}
      <EntranceForm
        call="sign-in"
        fields={[email, password]}
        submit={text.signIn}
        onDone={() => enter(safeNext(new URLSearchParams(location.search).get('next'), location.origin))}
      >
        <p className="text-xs text-ink-3">{text.forgot}</p>
      </EntranceForm>
    </EntrancePage>
  )
}

/** The first account. On this machine alone, whoever sits here needs no code. */
export function SetUp() {
  const [isLocal, setIsLocal] = useState<boolean | null>(null)
  useEffect(() => {
    fetch('/api/account')
      .then((response) => response.json())
      .then(({ mode }: { mode?: string }) => setIsLocal(mode === 'local'))
      .catch(() => setIsLocal(false))
  }, [])
  return (
    <EntrancePage title={text.setUp} lead={isLocal ? `${text.setUpLead} ${text.setUpLocal}` : text.setUpLead}>
      {isLocal !== null && (
        <EntranceForm
          call="set-up"
          fields={[...(isLocal ? [] : [code]), name, email, newPassword(text.password)]}
          submit={text.create}
          onDone={() => enter()}
        />
      )}
    </EntrancePage>
  )
}

export function Join() {
  const token = useToken()
  return (
    <EntrancePage title={text.join} lead={text.joinLead}>
      {token === '' && <p role="alert">{text.noLink}</p>}
      {token && (
        <EntranceForm
          call="join"
          fields={[name, email, newPassword(text.password)]}
          extra={{ token }}
          submit={text.create}
          onDone={() => enter()}
        />
      )}
    </EntrancePage>
  )
}

export function ResetPassword() {
  const token = useToken()
  return (
    <EntrancePage title={text.reset} lead={text.resetLead}>
      {token === '' && <p role="alert">{text.noLink}</p>}
      {token && (
        <EntranceForm
          call="reset"
          fields={[newPassword(text.newPassword)]}
          extra={{ token }}
          submit={text.reset}
          checks={[{ name: 'revokeKeys', label: text.revokeKeysToo, help: text.revokeKeysHelp, isOn: true }]}
          onDone={({ keys }) => enter(`/sign-in?reset&revoked=${keys?.revoked ?? 0}&kept=${keys?.kept ?? 0}`)}
        />
      )}
    </EntrancePage>
  )
}

/** What came of a new password: it is set, and what became of the keys; null where none was. */
function resetWords(asked: URLSearchParams): string | null {
  if (!asked.has('reset')) return null
  // Whoever made the address may have written anything: only numbers are shown.
  const [revoked = 0, kept = 0] = ['revoked', 'kept'].map((name) => Number.parseInt(asked.get(name) ?? '0', 10) || 0)
  if (revoked > 0) return `${text.resetDone} ${text.keysRevoked(revoked)}`
  return kept > 0 ? `${text.resetDone} ${text.keysKept(kept)}` : text.resetDone
}

/** What follows the # in the address, which is told to no server and stands in no log; null while the server renders. */
function useToken(): string | null {
  return useAddress(() => location.hash.slice(1))
}

const never = () => () => {}
function useAddress<Value>(read: () => Value): Value | null {
  return useSyncExternalStore<Value | null>(never, read, () => null)
}
