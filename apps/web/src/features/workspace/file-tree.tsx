'use client'
import type { WorkspaceEntry } from '@reynard/protocol'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { useFileActions } from './file-actions.ts'
import { TreeLine } from './tree-line.tsx'
import { rowKey, type TreeRow } from './tree-rows.ts'
import { useFolders } from './use-folders.ts'

type FileTreeProps = {
  conversationId: string
  selected: string | null
  onSelect: (entry: WorkspaceEntry | null) => void
}

const ROW = 30
const PAGE_ROWS = 10
const TOUCH_ROW = 44

/** Files and folders by name. Arrow keys walk, right and left open and close, Enter shows a file, Delete moves it to the trash. */
export function FileTree({ conversationId, selected, onSelect }: FileTreeProps) {
  const { rows, isReading, toggle, showMore, readAgain } = useFolders(conversationId, selected)
  const { remove } = useFileActions(conversationId)
  const [active, setActive] = useState<string | null>(selected === null ? null : `=${selected}`)
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [isTouch] = useState(() => matchMedia('(pointer: coarse)').matches)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isTouch ? TOUCH_ROW : ROW),
    overscan: 12,
    getItemKey: (index) => rowKey(rows[index]!),
  })
  const found = rows.findIndex((row) => rowKey(row) === active)
  const at = Math.max(0, found)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where the active line moves
  useEffect(() => {
    if (found >= 0) virtualizer.scrollToIndex(found, { align: 'auto' })
  }, [active])

  const walkTo = (index: number) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))]
    if (row) setActive(rowKey(row))
  }
  function press(row: TreeRow) {
    setActive(rowKey(row))
    if (row.kind === 'more') showMore(row.folder)
    else if (row.kind === 'failed') readAgain(row.folder)
    else if (row.kind === 'entry') {
      onSelect(row.entry)
      if (row.entry.type === 'folder') toggle(row.entry.path, !row.isOpen)
    }
  }
  function openOrEnter(row: TreeRow) {
    if (row.kind !== 'entry' || row.entry.type !== 'folder') return
    if (row.isOpen) walkTo(at + 1)
    else toggle(row.entry.path, true)
  }
  function closeOrLeave(row: TreeRow) {
    if (row.kind === 'entry' && row.isOpen) return toggle(row.entry.path, false)
    const parent = rows.slice(0, at).findLastIndex((each) => each.level === row.level - 1)
    if (parent >= 0) walkTo(parent)
  }
  function onKeyDown(event: KeyboardEvent) {
    const row = rows[at]
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return
    const act = new Map<string, () => unknown>([
      ['ArrowDown', () => walkTo(found < 0 ? 0 : at + 1)],
      ['ArrowUp', () => walkTo(at - 1)],
      ['PageDown', () => walkTo(at + PAGE_ROWS)],
      ['PageUp', () => walkTo(at - PAGE_ROWS)],
      ['Home', () => walkTo(0)],
      ['End', () => walkTo(rows.length - 1)],
      ['ArrowRight', () => openOrEnter(row)],
      ['ArrowLeft', () => closeOrLeave(row)],
      ['Enter', () => press(row)],
      [' ', () => press(row)],
      ['Delete', () => row.kind === 'entry' && remove(row.entry.path, () => onSelect(null))],
    ]).get(event.key)
    if (!act) return
    event.preventDefault()
    act()
  }

  if (isReading) return <p className="px-4 text-sm text-ink-3">{workspaceMessages.loading}</p>
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
      <div
        role="tree"
        tabIndex={0}
        aria-label={workspaceMessages.tree}
        aria-activedescendant={rows[at] && `${id}-${rowKey(rows[at])}`}
        onKeyDown={onKeyDown}
        style={{ height: virtualizer.getTotalSize() }}
        className="group/tree relative rounded-row -outline-offset-2"
      >
        {virtualizer.getVirtualItems().map(({ index, start, size, key }) => {
          const row = rows[index]!
          return (
            <TreeLine
              key={String(key)}
              id={`${id}-${rowKey(row)}`}
              row={row}
              isActive={index === at}
              isSelected={row.kind === 'entry' && row.entry.path === selected}
              style={{ height: size, translate: `0 ${start}px` }}
              onPress={() => press(row)}
            />
          )
        })}
      </div>
    </div>
  )
}
