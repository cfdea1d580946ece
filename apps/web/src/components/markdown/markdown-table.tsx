import type { ReactNode } from 'react'
import { chatMessages } from '../../lib/messages-chat.ts'

/** What is needed of a hast element. */
type Element = {
  type: string
  tagName?: string
  value?: string
  properties?: Record<string, unknown>
  children?: Element[]
}

const MIN_COLUMN_PX = 104
const textOf = (node: Element): string => node.value ?? node.children?.map(textOf).join('') ?? ''
const elementsIn = (node: Element | undefined, name: string) =>
  node?.children?.filter((child) => child.tagName === name) ?? []

/** Figures need less room than words, and a column named “#” less still. */
function weightOf(head: Element): number {
  const name = textOf(head).trim()
  if (name.length === 1 || name.length === 2) return 1
  return head.properties?.align === 'right' || head.properties?.align === 'center' ? 2 : 3
}

/**
 * A table whose columns are as wide as its head says, from its first line on: a cell that comes later moves none that is already read. Where
 * they do not fit the screen the table scrolls sideways.
 */
export function MarkdownTable({ node, children }: { node: Element | undefined; children: ReactNode }) {
  const head = elementsIn(elementsIn(elementsIn(node, 'thead')[0], 'tr')[0], 'th')
  const weights = head.map(weightOf)
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="md-table edge-fade" tabIndex={0} aria-label={chatMessages.table}>
      <table dir="auto" style={{ minWidth: head.length * MIN_COLUMN_PX }}>
        <colgroup>
          {weights.map((weight, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their place
            <col key={index} style={{ width: `${(weight * 100) / whole}%` }} />
          ))}
        </colgroup>
        {children}
      </table>
    </section>
  )
}
