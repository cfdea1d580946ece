type Element = { type: 'element'; tagName: string; properties: Record<string, unknown>; children: Child[] }
type Child = Element | { type: 'raw'; value: string } | { type: 'text'; value: string } | { type: 'comment' }
type Root = { type: 'root'; children: Child[] }

const BREAK = /^<br ?\/?>$/i
const OPEN = /^<(sub|sup|kbd)>$/i

/**
 * A rehype plugin: the few tags that models write because markdown has no sign for them (a new line in a cell, H₂O, a key). They carry no
 * attributes, so they can do nothing; all other HTML stays the text that it is.
 */
export function readPlainTags() {
  return (tree: Root) => {
    tree.children = withTags(tree.children)
  }
}

function withTags(children: Child[]): Child[] {
  const made: Child[] = []
  for (let index = 0; index < children.length; index++) {
    const child = children[index]!
    if (child.type === 'element') made.push({ ...child, children: withTags(child.children) })
    else if (child.type !== 'raw') made.push(child)
    else if (BREAK.test(child.value)) made.push(element('br', []))
    else {
      const name = OPEN.exec(child.value)?.[1]?.toLowerCase()
      const end = name === undefined ? -1 : children.findIndex((one, at) => at > index && isEnd(one, name))
      if (name === undefined || end < 0) made.push(child)
      else {
        made.push(element(name, withTags(children.slice(index + 1, end))))
        index = end
      }
    }
  }
  return made
}

const isEnd = (child: Child, name: string) => child.type === 'raw' && child.value.toLowerCase() === `</${name}>`
const element = (tagName: string, children: Child[]): Element => ({
  type: 'element',
  tagName,
  properties: {},
  children,
})
