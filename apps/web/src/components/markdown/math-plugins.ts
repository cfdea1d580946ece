import type { Options } from 'react-markdown'
import rehypeKatex from 'rehype-katex'
import remarkMath from 'remark-math'
import 'katex/dist/katex.min.css'

type Plugins = { remark: NonNullable<Options['remarkPlugins']>; rehype: NonNullable<Options['rehypePlugins']> }

/**
 * Formulas. A file of its own, so that KaTeX and its fonts come with the first formula and not before. `trust` off: no links, no images, no
 * styles by a formula; sizes and expansions are bounded.
 */
export const mathPlugins: Plugins = {
  remark: [[remarkMath, { singleDollarTextMath: false }]],
  rehype: [
    [
      rehypeKatex,
      { trust: false, strict: 'ignore', maxSize: 20, maxExpand: 200, throwOnError: false, errorColor: 'var(--ink-2)' },
    ],
  ],
}
