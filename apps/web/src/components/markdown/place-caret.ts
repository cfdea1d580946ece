type Element = { type: 'element'; tagName: string; properties: Record<string, unknown>; children: Child[] }
type Child = Element | { type: 'text'; value: string } | { type: 'comment' }
type Root = { type: 'root'; children: Child[] }

const NO_ENTRY = new Set(['br', 'hr', 'img', 'input', 'pre'])

/** A rehype plugin: puts the caret after the last character, inside the last block. */
export function placeCaret() {
  return (tree: Root) => {
    let parent: Root | Element = tree
    for (let last = lastElement(parent); last !== null; last = lastElement(parent)) parent = last
    const caret: Element = {
      type: 'element',
      tagName: 'span',
      properties: { className: ['caret'], ariaHidden: 'true' },
      children: [],
    }
    parent.children.push(caret)
  }
}

/** The element that ends the parent, if nothing but white space stands behind it. A row is filled up with cells that nobody wrote yet. */
function lastElement(parent: Root | Element): Element | null {
  const isRow = parent.type === 'element' && parent.tagName === 'tr'
  for (const child of parent.children.toReversed()) {
    if (child.type === 'text' && child.value.trim() === '') continue
    if (isRow && child.type === 'element' && child.children.length === 0 && child !== firstElement(parent)) continue
    return child.type === 'element' && !NO_ENTRY.has(child.tagName) ? child : null
  }
  return null
}

const firstElement = (parent: Root | Element) => parent.children.find((child) => child.type === 'element')
