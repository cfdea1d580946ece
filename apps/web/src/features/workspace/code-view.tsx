'use client'
import { useHighlighted } from '../../components/markdown/use-highlighted.ts'
import { plainText } from '../../lib/plain-text.ts'

/** More lines than this are not made at once; the part is cut before they are many. */
const MOST_LINES = 4_000

type CodeViewProps = {
  source: string
  language: string | null
  /** Lines are counted where the first one is known. */
  isFirst: boolean
}

/** Text line by line, coloured where its language is known. */
export function CodeView({ source, language, isFirst }: CodeViewProps) {
  const code = plainText(source).split('\n').slice(0, MOST_LINES).join('\n').replace(/\n$/, '')
  const html = useHighlighted(language, code)
  const count = code.split('\n').length
  return (
    <div dir="ltr" className="flex w-max min-w-full pb-3 font-mono text-terminal">
      {isFirst && (
        <pre aria-hidden className="flex-none pr-3 pl-4 text-right text-ink-3 select-none">
          {Array.from({ length: count }, (_, at) => at + 1).join('\n')}
        </pre>
      )}
      <pre className={`md-tokens pr-4 text-code ${isFirst ? '' : 'pl-4'}`}>
        {html === null ? (
          <code>{code}</code>
        ) : (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: highlight.js escapes the code and adds spans only
          <code dangerouslySetInnerHTML={{ __html: html }} />
        )}
      </pre>
    </div>
  )
}
