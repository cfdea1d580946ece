import type { OfficePackage } from './office-package.ts'
import { withoutDoubles } from './one-alternative.ts'

/** Signs that Office writes as elements, in Word and in PowerPoint. */
export const signs: Readonly<Record<string, string>> = { tab: '\t', ptab: '\t', cr: '\n', noBreakHyphen: '-' }

/** The text of a part, a line for each paragraph. */
export async function paragraphsOf(office: OfficePackage, name: string): Promise<string> {
  let text = ''
  let isText = false
  await office.read(
    name,
    withoutDoubles({
      open(tag) {
        if (tag === 't') isText = true
        else text += tag === 'br' ? '\n' : (signs[tag] ?? '')
      },
      text(part) {
        if (isText) text += part
      },
      close(tag) {
        if (tag === 't') isText = false
        else if (tag === 'p') text += '\n'
      },
    }),
  )
  return text.replaceAll(/\n{2,}/g, '\n').trim()
}
