'use client'
import { memo, useRef } from 'react'
import { BlockBoundary } from './block-boundary.tsx'
import { MarkdownBlock } from './markdown-block.tsx'
import { createBlockSplitter } from './split-blocks.ts'
import './markdown.css'

type MarkdownProps = {
  text: string
  /** The text still grows: its tail is rendered sanely and ends in the caret. */
  isStreaming?: boolean
  /** The text ended before its end: what is half written is closed for the eye. */
  isBrokenOff?: boolean
}

/** Links by reference and footnotes need the whole text; they are rare, and wait until it is there. */
const REFERENCES = /^ {0,3}\[[^\]\n]+\]:\s/m

/** Markdown as a model writes it. Nothing in it can run, load or navigate by itself: no HTML that could do anything, no pictures from elsewhere. */
export const Markdown = memo(function Markdown({ text, isStreaming = false, isBrokenOff = false }: MarkdownProps) {
  const split = useRef(createBlockSplitter())
  const blocks = !isStreaming && REFERENCES.test(text) ? [text] : split.current(text)
  const last = blocks.length - 1
  return (
    <div className="md">
      {blocks.map((source, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
        <BlockBoundary key={index} source={source}>
          <MarkdownBlock
            source={source}
            isTail={isStreaming && index === last}
            isBrokenOff={isBrokenOff && index === last}
            caret={isStreaming && index === last}
          />
        </BlockBoundary>
      ))}
      {isStreaming && last < 0 && <span className="caret" aria-hidden="true" />}
    </div>
  )
})
