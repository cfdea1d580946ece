'use client'
import { useMutation } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { useTRPC } from '../../../lib/client.tsx'
import { formatBytes, formatWhen } from '../../../lib/format.ts'
import { messages } from '../../../lib/messages.ts'
import { storageMessages } from '../../../lib/messages-storage.ts'
import { showToast } from '../../../lib/toast.ts'
import { AdminTopBar } from '../admin-top-bar.tsx'

const text = storageMessages
const ROW = 'flex flex-wrap items-baseline gap-x-6 gap-y-0.5 border-t border-line py-2.5 text-sm'

/** What takes how much room, as it was counted, and the backups of the database. */
export function StorageScreen() {
  const trpc = useTRPC()
  const { data: view, error } = useSubscription(trpc.admin.watchStorage.subscriptionOptions())
  const onError = (failure: { message: string }) => showToast(failure.message || messages.common.failed)
  const counting = useMutation(trpc.admin.countStorage.mutationOptions({ onError }))
  const saving = useMutation(
    trpc.admin.backUp.mutationOptions({ onError, onSuccess: ({ name }) => showToast(text.made(name)) }),
  )
  const now = Date.now()
  const isMaking = saving.isPending || view?.isBackingUp === true
  return (
    <>
      <AdminTopBar title={text.title} />
      <main
        data-region="main"
        aria-busy={!view && !error}
        className="min-h-0 flex-1 overflow-y-auto px-7 pt-5.5 pb-16 max-sm:px-4"
      >
        {error ? (
          <EmptyState title={text.refused}>{error.message}</EmptyState>
        ) : (
          view && (
            <div className="grid max-w-[860px] grid-cols-[minmax(0,1fr)] gap-10">
              <section aria-labelledby="storage-parts">
                <div className="mb-2 flex flex-wrap items-center gap-2.5">
                  <h2 id="storage-parts" className="text-md font-strong">
                    {text.parts}
                  </h2>
                  <p className="text-xs text-ink-3">
                    {view.isCounting || view.countedAt === null
                      ? text.counting
                      : text.counted(formatWhen(view.countedAt, now))}
                  </p>
                  <span className="flex-1" />
                  <Button size="sm" disabled={view.isCounting} onClick={() => counting.mutate()}>
                    {text.again}
                  </Button>
                </div>
                <ul>
                  {view.sizes.map(({ part, bytes, files }) => (
                    <li key={part} className={ROW}>
                      <span className="min-w-40 flex-1">{text.part[part]}</span>
                      <span className="text-xs text-ink-3 tabular-nums">{files === null ? '' : text.files(files)}</span>
                      <span className="w-28 text-right tabular-nums">
                        {bytes === null ? (view.countedAt === null ? '–' : text.elsewhere) : formatBytes(bytes)}
                      </span>
                    </li>
                  ))}
                </ul>
              </section>
              <section aria-labelledby="storage-backups">
                <div className="mb-2 flex flex-wrap items-center gap-2.5">
                  <h2 id="storage-backups" className="flex-1 text-md font-strong">
                    {text.backups}
                  </h2>
                  <Button once look="ink" size="sm" disabled={isMaking} onClick={() => saving.mutate()}>
                    {isMaking ? text.making : text.now}
                  </Button>
                </div>
                <p className="max-w-[64ch] text-sm text-ink-2 [overflow-wrap:anywhere]">
                  {text.backupsHelp(`${view.folder}/backups`)}
                </p>
                <p className="mt-2 mb-4 text-sm text-ink-2">
                  {text.restore}{' '}
                  <code className="rounded-control bg-well px-1 font-mono text-xs [overflow-wrap:anywhere]">
                    npm run restore -- {view.folder}/backups/{view.backups[0]?.name ?? 'FILE'}
                  </code>
                </p>
                {view.backups.length === 0 ? (
                  <p className="text-sm text-ink-2">{text.none}</p>
                ) : (
                  <ul>
                    {view.backups.map(({ name, bytes, savedAt }) => (
                      <li key={name} className={ROW}>
                        <span className="min-w-40 flex-1 font-mono text-xs [overflow-wrap:anywhere]">{name}</span>
                        <span className="text-xs text-ink-3">{formatWhen(savedAt, now)}</span>
                        <span className="w-28 text-right tabular-nums">{formatBytes(bytes)}</span>
                      </li>
                    ))}
                  </ul>
                )}
              </section>
            </div>
          )
        )}
      </main>
    </>
  )
}
