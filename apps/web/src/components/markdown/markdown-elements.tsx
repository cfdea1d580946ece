import { Check } from 'lucide-react'
import type { Components } from 'react-markdown'
import { chatMessages } from '../../lib/messages-chat.ts'
import { CodeBlock } from './code-block.tsx'
import { MarkdownTable } from './markdown-table.tsx'

/** Text of a hast node, as the code blocks inside lists need it. */
type Node = { type: string; value?: string; children?: Node[] }
const textOf = (node: Node): string => node.value ?? node.children?.map(textOf).join('') ?? ''

/** How each element of an answer stands on the page. Headings begin below the answer's own; most models begin with their second. */
export const markdownElements: Components = {
  h1: ({ children }) => <h3 className="md-h2">{children}</h3>,
  // Only the one over the footnotes, which their line says to the eye, brings a class.
  h2: ({ children, className = 'md-h2' }) => <h3 className={className}>{children}</h3>,
  h3: ({ children }) => <h4 className="md-h3">{children}</h4>,
  h4: ({ children }) => <h5 className="md-h4">{children}</h5>,
  h5: ({ children }) => <h6 className="md-h4">{children}</h6>,
  h6: ({ children }) => <h6 className="md-h4">{children}</h6>,
  ul: ({ children, className }) => (
    <ul dir="auto" className={className}>
      {children}
    </ul>
  ),
  ol: ({ children, start }) => (
    <ol dir="auto" start={start}>
      {children}
    </ol>
  ),
  blockquote: ({ children }) => <blockquote dir="auto">{children}</blockquote>,
  // A way back from a footnote would lead through the address of the page; the mark and the note stand near each other.
  a: ({ href, children, node }) =>
    node?.properties.dataFootnoteBackref !== undefined ? null : href ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  // A picture that a model names would be fetched from wherever it says: shown as a link, it is only followed on purpose.
  img: ({ src, alt }) => {
    const label = alt || chatMessages.picture
    return typeof src === 'string' && src !== '' ? (
      <a href={src} target="_blank" rel="noopener noreferrer nofollow">
        {label}
      </a>
    ) : (
      <span>{label}</span>
    )
  },
  pre: ({ node }) => {
    const code = node?.children[0]
    if (code?.type !== 'element') return null
    const classes = code.properties.className
    const language = Array.isArray(classes) ? String(classes[0] ?? '').replace(/^language-/, '') : ''
    return <CodeBlock language={language} code={textOf(code).replace(/\n$/, '')} isOpen={false} caret={false} />
  },
  // A cell without words heads nothing.
  th: ({ style, children }) => (children ? <th style={style}>{children}</th> : <td />),
  table: ({ node, children }) => <MarkdownTable node={node}>{children}</MarkdownTable>,
  input: ({ checked }) => (
    <span
      className="md-task"
      role="img"
      aria-label={checked ? chatMessages.taskDone : chatMessages.taskOpen}
      data-done={checked}
    >
      {checked && <Check size={12} strokeWidth={2.5} aria-hidden />}
    </span>
  ),
}
