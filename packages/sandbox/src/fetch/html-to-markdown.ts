import Turndown from 'turndown'

/** Invisible and direction-turning characters: what is read is what is seen. */
const deceiving = /[\p{Default_Ignorable_Code_Point}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Brackets end a link in markdown. */
const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/**
 * HTML as markdown that loads nothing when it is shown: an image is its description in words, a link stays if it leads to http or https,
 * and what looks like markup in the text is escaped.
 */
export function htmlToMarkdown(html: string, base: string): string {
  const turndown = new Turndown({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' })
  const escaped = turndown.escape.bind(turndown)
  turndown.escape = (text) => escaped(text).replaceAll('<', '\\<').replaceAll('![', '!\\[')
  turndown.addRule('image', {
    filter: ['img', 'picture', 'video', 'audio', 'source'],
    replacement: (_, node) => {
      const alt = 'getAttribute' in node ? node.getAttribute('alt')?.trim() : undefined
      return alt ? `(image: ${turndown.escape(alt.replaceAll(/\s+/g, ' ').slice(0, 300))})` : ''
    },
  })
  turndown.addRule('link', {
    filter: 'a',
    replacement: (content, node) => {
      const text = content.trim().replaceAll(/\s+/g, ' ')
      const href = 'getAttribute' in node ? URL.parse(node.getAttribute('href') ?? '', base) : null
      if (!text || !href || !/^https?:$/.test(href.protocol) || href.username) return text
      return `[${text}](${href.href.replaceAll(/[()[\]]/g, percent)})`
    },
  })
  return turndown
    .turndown(html)
    .replaceAll(deceiving, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
