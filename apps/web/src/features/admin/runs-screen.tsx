'use client'
import { useSearchParams } from 'next/navigation'
import { useDeferredValue, useEffect, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { messages } from '../../lib/messages.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { AdminTopBar } from './admin-top-bar.tsx'
import { RunDetails } from './run-details.tsx'
import { RunFilters } from './run-filters.tsx'
import { RunList } from './run-list.tsx'
import { useIsWide } from './use-is-wide.ts'
import { NO_FILTER, useRunList } from './use-run-list.ts'

const text = adminMessages

/** Every run, live or ended; one of them opened beside the list, or over it where there is no room. */
export function RunsScreen() {
  const [filter, setFilter] = useState(NO_FILTER)
  const list = useRunList(useDeferredValue(filter))
  const chosen = useSearchParams().get('run')
  const isWide = useIsWide()
  const isFiltered = JSON.stringify(filter) !== JSON.stringify(NO_FILTER)
  const close = () => {
    choose(null)
    document.querySelector<HTMLElement>('[data-row][aria-current]')?.focus()
  }
  useEffect(() => {
    if (chosen === null || !isWide) return
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) choose(null)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [chosen, isWide])
  return (
    <>
      <AdminTopBar
        title={text.runs}
        beside={
          <span className="text-sm text-ink-3 tabular-nums">
            {list.liveCount > 0 ? text.liveCount(list.liveCount) : ''}
          </span>
        }
      />
      <div className="flex min-h-0 flex-1">
        <main data-region="main" className="min-w-0 flex-1 overflow-y-auto pb-10">
          {list.problem !== null ? (
            <div className="px-7 pt-5.5 max-sm:px-4">
              <EmptyState
                title={text.failedToRead}
                action={<Button onClick={list.again}>{messages.common.tryAgain}</Button>}
              >
                {list.problem}
              </EmptyState>
            </div>
          ) : (
            list.isReady && (
              <>
                {(list.runs.length > 0 || isFiltered) && (
                  <RunFilters filter={filter} choices={list.choices} onChange={setFilter} />
                )}
                <div className="px-5 max-sm:px-4">
                  {list.runs.length > 0 ? (
                    <RunList runs={list.runs} chosen={chosen} onChoose={choose} />
                  ) : (
                    <div className="px-2 pt-5.5 max-sm:px-0">
                      {isFiltered ? (
                        <EmptyState
                          title={text.noneFound}
                          action={<Button onClick={() => setFilter(NO_FILTER)}>{text.clear}</Button>}
                        >
                          {text.noneFoundMore}
                        </EmptyState>
                      ) : (
                        <EmptyState title={text.noRunsAtAll}>{text.noRunsAtAllMore}</EmptyState>
                      )}
                    </div>
                  )}
                  {list.hasMore && (
                    <Button size="sm" className="mt-4 ml-2" disabled={list.isFetching} onClick={list.more}>
                      {text.more}
                    </Button>
                  )}
                </div>
              </>
            )
          )}
        </main>
        {chosen !== null && isWide && (
          <aside
            aria-label={text.details}
            data-region="details"
            className="flex w-[min(540px,44%)] flex-none flex-col border-l border-line"
          >
            <RunDetails key={chosen} runId={chosen} onClose={close} />
          </aside>
        )}
      </div>
      <Dialog bare open={chosen !== null && isWide === false} onOpenChange={close} place="panel" title={text.details}>
        {chosen !== null && <RunDetails key={chosen} runId={chosen} onClose={close} />}
      </Dialog>
    </>
  )
}

/** The address names the run that is open: a reload opens it again, Back closes it. */
function choose(runId: string | null) {
  const address = runId === null ? '/admin/runs' : `/admin/runs?run=${runId}`
  if (new URLSearchParams(location.search).has('run')) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
}
