'use client'
import { memo, useEffect, useState } from 'react'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import remend from 'remend'
import { CodeBlock } from './code-block.tsx'
import { markdownElements } from './markdown-elements.tsx'
import { hasMath, normalizeMath } from './normalize-math.ts'
import { placeCaret } from './place-caret.ts'
import { safeUrl } from './safe-url.ts'
import { readFence } from './split-blocks.ts'

type MathPlugins = typeof import('./math-plugins.ts')
let loadedMath: MathPlugins | null = null
const gfm = [remarkGfm]
const withCaret = [placeCaret]

type BlockProps = {
  source: string
  /** The last block of a text that still grows: what is half written is closed for the eye. */
  isTail: boolean
  caret: boolean
}

/** One block of markdown. Rendered again only when its own source changes. */
export const MarkdownBlock = memo(function MarkdownBlock({ source, isTail, caret }: BlockProps) {
  const fence = readFence(source)
  const math = fence && /^(math|latex-math|katex)$/.test(fence.language) ? `$$\n${fence.code}\n$$` : null
  if (fence && math === null) {
    return <CodeBlock language={fence.language} code={fence.code} isOpen={isTail && !fence.isClosed} caret={caret} />
  }
  const text = normalizeMath(math ?? (isTail ? remend(source, REMEND) : source))
  return <Prose text={text} caret={caret} />
})

const REMEND = { linkMode: 'text-only', images: false, inlineKatex: false } as const

function Prose({ text, caret }: { text: string; caret: boolean }) {
  const math = useMath(hasMath(text))
  return (
    <ReactMarkdown
      remarkPlugins={math ? [...gfm, ...math.remarkMathPlugins] : gfm}
      rehypePlugins={[...(math?.rehypeMathPlugins ?? []), ...(caret ? withCaret : [])]}
      components={markdownElements}
      urlTransform={safeUrl}
    >
      {text}
    </ReactMarkdown>
  )
}

/** The formula plugins once they are there; null until then, and where no formula is. */
function useMath(isNeeded: boolean): MathPlugins | null {
  const [math, setMath] = useState(loadedMath)
  useEffect(() => {
    if (!isNeeded || math !== null) return
    let isCurrent = true
    import('./math-plugins.ts').then(
      (module) => {
        loadedMath = module
        if (isCurrent) setMath(module)
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
