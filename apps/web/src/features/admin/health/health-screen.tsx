'use client'
import { useMutation } from '@tanstack/react-query'
import { CircleCheck, CircleX, Download, RefreshCw, TriangleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from '../../../components/button.tsx'
import { saveBytes } from '../../../lib/browser-files.ts'
import { useReynard, useTRPC } from '../../../lib/client.tsx'
import { messages } from '../../../lib/messages.ts'
import { healthMessages } from '../../../lib/messages-health.ts'
import { showToast } from '../../../lib/toast.ts'
import { AdminTopBar } from '../admin-top-bar.tsx'
import { compareClocks, type PageCheck, tryWebSocket } from './try-from-here.ts'

const text = healthMessages
const ICONS = { ok: CircleCheck, warning: TriangleAlert, bad: CircleX } as const
const TONES = { ok: 'text-success', warning: 'text-warning', bad: 'text-danger' } as const

/** Each part as it is now, what to do where it is not well, and the bundle for a bug report. */
export function HealthScreen() {
  const { check, checks, isLooking, problem } = useHealth()
  const unwell = checks?.filter(({ state }) => state !== 'ok').length ?? 0
  return (
    <>
      <AdminTopBar title={text.title}>
        <Button size="sm" disabled={isLooking} onClick={check}>
          <RefreshCw size={14} strokeWidth={1.75} aria-hidden />
          {text.again}
        </Button>
      </AdminTopBar>
      <main
        data-region="main"
        aria-busy={isLooking}
        className="min-h-0 flex-1 overflow-y-auto px-7 pt-5.5 pb-16 max-sm:px-4"
      >
        <div className="grid max-w-[860px] grid-cols-[minmax(0,1fr)] gap-7">
          <p role="status" className="text-h2 font-mid tracking-h2">
            {problem ??
              (checks === undefined ? text.looking : unwell === 0 ? text.allWell : text.notWell(unwell, checks.length))}
          </p>
          {checks && (
            <ul aria-label={text.list}>
              {checks.map((one) => (
                <CheckRow key={one.id} check={one} />
              ))}
            </ul>
          )}
          <Bundle />
        </div>
      </main>
    </>
  )
}

/** Looks once when the page opens, and whenever it is told to. What was found stays in sight meanwhile. */
function useHealth() {
  const { trpc } = useReynard()
  const looked = useMutation({
    async mutationFn(): Promise<PageCheck[]> {
      const asked = Date.now()
      const [{ report, read }, websocket] = await Promise.all([
        trpc.admin.checkHealth.mutate().then((report) => ({ report, read: Date.now() })),
        tryWebSocket(),
      ])
      return [...report.checks, websocket, compareClocks(report.at, asked, read)]
    },
  })
  const last = useRef<PageCheck[] | undefined>(undefined)
  if (looked.data) last.current = looked.data
  const { mutate } = looked
  useEffect(() => mutate(), [mutate])
  return {
    check: () => mutate(),
    checks: looked.data ?? last.current,
    isLooking: looked.isPending,
    problem: looked.error === null ? null : looked.error.message || text.failed,
  }
}

function CheckRow({ check }: { check: PageCheck }) {
  const { label, state, found, advice, tookMs } = check
  const Icon = ICONS[state]
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-0.5 border-t border-line py-3">
      <p className="flex min-w-0 items-center gap-2 text-md font-mid">
        <Icon size={16} strokeWidth={1.75} aria-hidden className={`flex-none ${TONES[state]}`} />
        {label}
        <span className={`text-xs font-mid ${TONES[state]}`}>{text.states[state]}</span>
      </p>
      <p className="text-xs text-ink-3 tabular-nums">{tookMs > 0 ? text.took(tookMs) : ''}</p>
      <p className="col-span-2 min-w-0 pl-6 text-sm text-ink-2 [overflow-wrap:anywhere]">
        {found} {advice !== null && <b className="font-mid text-ink">{advice}</b>}
      </p>
    </li>
  )
}

function Bundle() {
  const made = useMutation(
    useTRPC().admin.diagnostics.mutationOptions({
      onSuccess: ({ name, zip }) =>
        saveBytes(
          name,
          Uint8Array.from(atob(zip), (letter) => letter.charCodeAt(0)),
          'application/zip',
        ),
      onError: (error) => showToast(error.message || messages.common.failed),
    }),
  )
  return (
    <section aria-labelledby="health-bundle" className="grid justify-items-start gap-3 border-t border-line pt-5">
      <h2 id="health-bundle" className="text-md font-strong">
        {text.bundle}
      </h2>
      <p className="max-w-[64ch] text-sm text-ink-2">{text.bundleHelp}</p>
      <Button once disabled={made.isPending} onClick={() => made.mutate()}>
        <Download size={14} strokeWidth={1.75} aria-hidden />
        {made.isPending ? text.saving : text.save}
      </Button>
    </section>
  )
}
