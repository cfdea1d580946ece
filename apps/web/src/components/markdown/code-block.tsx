'use client'
import { Check, Copy } from 'lucide-react'
import { memo } from 'react'
import { messages } from '../../lib/messages.ts'
import { chatMessages } from '../../lib/messages-chat.ts'
import { useCopy } from '../../lib/use-copy.ts'
import { IconButton } from '../button.tsx'
import { Caret } from './caret.tsx'
import { languageName } from './languages.ts'
import { useHighlighted } from './use-highlighted.ts'

type CodeBlockProps = {
  language: string
  code: string
  /** The fence may still grow: colours wait until it is closed. */
  isOpen: boolean
  caret: boolean
}

/** A well of code: its language, Copy always in sight, lines that scroll sideways and never wrap. */
export const CodeBlock = memo(function CodeBlock({ language, code, isOpen, caret }: CodeBlockProps) {
  const { copied, copy } = useCopy()
  const html = useHighlighted(isOpen ? null : language, code)
  const name = language === '' ? chatMessages.code : languageName(language)
  return (
    <figure className="md-code">
      <figcaption className="flex h-9 items-center justify-between pr-1.5 pl-4 text-xs text-ink-3 touch:h-11">
        <b className="font-mid text-ink-2">{name}</b>
        <IconButton
          label={copied ? messages.common.copied : chatMessages.copyCode}
          side="top"
          onClick={() => copy(code)}
        >
          {copied ? (
            <Check size={16} strokeWidth={1.75} aria-hidden />
          ) : (
            <Copy size={16} strokeWidth={1.75} aria-hidden />
          )}
        </IconButton>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="md-pre" tabIndex={0} aria-label={chatMessages.codeIn(name)}>
        <pre>
          {html === null ? (
            <code>
              {code}
              {caret && <Caret />}
            </code>
          ) : (
            // biome-ignore lint/security/noDangerouslySetInnerHtml: highlight.js escapes the code and adds spans only
            <code dangerouslySetInnerHTML={{ __html: html }} />
          )}
        </pre>
      </section>
    </figure>
  )
})
