import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '../../lib/client.tsx'
import { parentOf, type TreeRow, treeRows } from './tree-rows.ts'

const PAGE = 500

/** The folders that are open, read as they are opened and again as they change. `reveal`: folders around it are open from the start. */
export function useFolders(conversationId: string, reveal: string | null) {
  const trpc = useTRPC()
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(foldersAround(reveal)))
  const [pages, setPages] = useState<ReadonlyMap<string, number>>(new Map())
  const folders = ['.', ...open]
  const asked = folders.flatMap((folder) =>
    Array.from({ length: pages.get(folder) ?? 1 }, (_, page) => ({ folder, from: page * PAGE })),
  )
  const results = useQueries({
    queries: asked.map(({ folder, from }) =>
      trpc.assistant.workspace.list.queryOptions({ conversationId, path: folder, from }),
    ),
  })
  const known = new Map(
    folders.map((folder) => {
      const own = results.filter((_, at) => asked[at]?.folder === folder)
      const read = own.flatMap(({ data }) => (data === undefined ? [] : [data]))
      return [folder, read.length > 0 ? read : own.some(({ isError }) => isError) ? null : undefined] as const
    }),
  )
  const rows: TreeRow[] = treeRows(new Map([...known].flatMap(([k, v]) => (v === undefined ? [] : [[k, v]]))), open)
  return {
    rows,
    isReading: known.get('.') === undefined,
    toggle(folder: string, isOpen: boolean) {
      const next = new Set(open)
      if (isOpen) next.add(folder)
      else next.delete(folder)
      setOpen(next)
    },
    showMore: (folder: string) => setPages(new Map(pages).set(folder, (pages.get(folder) ?? 1) + 1)),
    readAgain(folder: string) {
      for (const [at, { folder: each }] of asked.entries()) if (each === folder) void results[at]?.refetch()
    },
  }
}

function foldersAround(path: string | null): string[] {
  const around: string[] = []
  for (let folder = path === null ? null : parentOf(path); folder !== null; folder = parentOf(folder))
    around.push(folder)
  return around
}
