'use client'
import { Component, type ReactNode } from 'react'

type BoundaryProps = { source: string; children: ReactNode }

/** So many marks of quotes and lists at the start of a line, and no page has room for what is within: a model that repeats itself. */
const NESTED_WITHOUT_END = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))){60}/m

/**
 * What can't be rendered stands as it was written, and the rest of the chat beside it: nested without end, markdown takes more of the stack
 * than there is.
 */
export class BlockBoundary extends Component<BoundaryProps, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    const { source, children } = this.props
    if (!this.state.hasFailed && !NESTED_WITHOUT_END.test(source)) return children
    return <p className="whitespace-pre-wrap wrap-anywhere">{source}</p>
  }
}
