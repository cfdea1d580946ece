const CODE = /(`{3,}[\s\S]*?(?:`{3,}|$)|`+[^`\n]*`+)/
const DISPLAY = /\\\[([\s\S]+?)\\\]/g
const INLINE = /\\\(([^\n]+?)\\\)/g
/** As pandoc has it: a dollar that opens stands before no space, one that closes after no space and before no digit. So "$5 and $10" is money. */
const DOLLAR = /(?<![\\$\w])\$(?![\s$])([^$\n]*?[^\s\\$])\$(?![\d$])/g
const ALONE = /^([ \t]*)\$\$([^\n$]+)\$\$[ \t]*$/gm

/** Brings the ways in which models write formulas to the one that the parser reads: `$$…$$`, on lines of its own where it is displayed. */
export function normalizeMath(markdown: string): string {
  if (!/\\[[(]|\$/.test(markdown)) return markdown
  return markdown
    .split(CODE)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(DISPLAY, (_, formula: string) => `\n$$\n${formula.trim()}\n$$\n`)
            .replace(INLINE, (_, formula: string) => `$$${formula.trim()}$$`)
            .replace(DOLLAR, (_, formula: string) => `$$${formula}$$`)
            .replace(
              ALONE,
              (_, indent: string, formula: string) => `${indent}$$\n${indent}${formula.trim()}\n${indent}$$`,
            ),
    )
    .join('')
}

/** True where the block needs the formula renderer, which is loaded only then. Give it what `normalizeMath` made. */
export const hasMath = (markdown: string) => /\$\$[\s\S]*?\$\$/.test(markdown)
