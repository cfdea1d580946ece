import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type HelpSection = { id: string | null; markdown: string }

/** Cuts the page at its anchors, so that a link from an error lands on its part. */
export function splitAtAnchors(markdown: string): HelpSection[] {
  const [opening = '', ...rest] = markdown.split(/^<a id="([a-z-]+)"><\/a>$/m)
  const sections: HelpSection[] = [{ id: null, markdown: opening }]
  for (let index = 0; index < rest.length; index += 2) {
    sections.push({ id: rest[index] ?? null, markdown: rest[index + 1] ?? '' })
  }
  return sections
}

/** docs/troubleshooting.md, the very file that the repository shows. The server runs at the root, the build in apps/web. */
export async function readHelp(): Promise<HelpSection[]> {
  for (const folder of ['docs', join('..', '..', 'docs')]) {
    const path = join(/* turbopackIgnore: true */ process.cwd(), folder, 'troubleshooting.md')
    const text = await readFile(path, 'utf8').catch(() => null)
    if (text !== null) return splitAtAnchors(text)
  }
  return []
}
