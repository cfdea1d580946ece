'use client'
import { Fragment, memo, useEffect, useState } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { Caret } from './caret.tsx'
import { CodeBlock } from './code-block.tsx'
import { markdownElements } from './markdown-elements.tsx'
import { closeTail, mendTail } from './mend-tail.ts'
import { hasMath, normalizeMath } from './normalize-math.ts'
import { placeCaret } from './place-caret.ts'
import { readPlainTags } from './plain-tags.ts'
import { safeUrl } from './safe-url.ts'
import { readFence } from './split-blocks.ts'
import { createParagraphSplitter, isPlainText } from './split-paragraph.ts'

type MathPlugins = typeof import('./math-plugins.ts').mathPlugins
let loadedMath: MathPlugins | null = null
const gfm = [remarkGfm]
const withCaret = [placeCaret]
/** The marks that end the code, not all of them here yet. */
const HALF_END = /(?<=^|\n) {0,3}(?:`+|~+)$/

type BlockProps = {
  source: string
  /** The last block of a text that still grows: what is half written is closed for the eye. */
  isTail: boolean
  /** The last block of a text that ended before its end. */
  isBrokenOff: boolean
  caret: boolean
}

function mended({ source, isTail, isBrokenOff }: BlockProps): string {
  return isTail ? mendTail(source) : isBrokenOff ? closeTail(source) : source
}

/** One block of markdown. Rendered again only when its own source changes. */
export const MarkdownBlock = memo(function MarkdownBlock(block: BlockProps) {
  const { source, isTail, isBrokenOff, caret } = block
  // A paragraph that was seen growing stays in pieces when it is whole: nothing is made anew at its end.
  const [grown] = useState(() => (isTail ? createParagraphSplitter() : null))
  const pieces = grown?.(source) ?? null
  if (pieces !== null) return <Pieces pieces={pieces} isTail={isTail} isBrokenOff={isBrokenOff} caret={caret} />
  const fence = readFence(source)
  const math = fence && /^(math|latex-math|katex)$/.test(fence.language) ? `$$\n${fence.code}\n$$` : null
  if (fence && math === null) {
    const isOpen = isTail && !fence.isClosed
    // Its first line may still grow, and with it the language.
    if (isOpen && !source.trimStart().includes('\n')) return caret ? <Caret /> : null
    const code = isOpen ? fence.code.replace(HALF_END, '') : fence.code
    return <CodeBlock language={fence.language} code={code} isOpen={isOpen} caret={caret} />
  }
  const text = normalizeMath(math ?? mended(block))
  // All of it is held back: the caret is an element of its own, so that none of what comes is made out of it.
  if (text.trim() === '') return caret ? <Caret /> : null
  return <Prose text={text} caret={caret} components={markdownElements} />
})

function Pieces({ pieces, isTail, isBrokenOff, caret }: Omit<BlockProps, 'source'> & { pieces: string[] }) {
  const last = pieces.length - 1
  return (
    <p>
      {pieces.map((source, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces are only ever added at the end
        <Fragment key={index}>
          {index > 0 && ' '}
          <Piece
            source={source}
            isTail={isTail && index === last}
            isBrokenOff={isBrokenOff && index === last}
            caret={caret && index === last}
          />
        </Fragment>
      ))}
    </p>
  )
}

const Piece = memo(function Piece(piece: BlockProps) {
  const { source, caret } = piece
  // Most of what models write is words: to parse them at every step is the greatest cost of a long answer.
  if (isPlainText(source)) {
    return (
      <>
        {source.trimEnd()}
        {caret && <Caret />}
      </>
    )
  }
  const text = normalizeMath(mended(piece))
  return <Prose text={text} caret={caret} components={inlineElements} />
})
const inlineElements: Components = { ...markdownElements, p: ({ children }) => children }

function Prose({ text, caret, components }: { text: string; caret: boolean; components: Components }) {
  const math = useMath(hasMath(text))
  return (
    <ReactMarkdown
      remarkPlugins={math ? [...gfm, ...math.remark] : gfm}
      rehypePlugins={[readPlainTags, ...(math?.rehype ?? []), ...(caret ? withCaret : [])]}
      components={components}
      urlTransform={safeUrl}
    >
      {text}
    </ReactMarkdown>
  )
}

/** With the two fonts that stand in almost every formula: set in others first, it would move what stands around it. */
async function loadMath(): Promise<MathPlugins> {
  const { mathPlugins } = await import('./math-plugins.ts')
  await Promise.allSettled(['16px KaTeX_Main', 'italic 16px KaTeX_Math'].map((face) => document.fonts.load(face)))
  return mathPlugins
}

/** The formula plugins once they are there; null until then, and where no formula is. */
function useMath(isNeeded: boolean): MathPlugins | null {
  const [math, setMath] = useState(loadedMath)
  useEffect(() => {
    if (!isNeeded || math !== null) return
    let isCurrent = true
    loadMath().then(
      (mathPlugins) => {
        loadedMath = mathPlugins
        if (isCurrent) setMath(mathPlugins)
      },
      // The server is out of reach: the formula stays as it was written.
      () => {},
    )
    return () => {
      isCurrent = false
    }
  }, [isNeeded, math])
  return isNeeded ? math : null
}
