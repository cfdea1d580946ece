import { type OfficePackage, stop } from './office-package.ts'

type OfficeKind = 'document' | 'workbook' | 'presentation'
const usual = ['word/document.xml', 'xl/workbook.xml', 'ppt/presentation.xml']

/**
 * Where an Office file begins: what its own relations say, whatever the name, else what Office names it. Its kind is told by its first
 * element. Null for a zip that is none.
 */
export async function findMainPart(office: OfficePackage): Promise<{ name: string; kind: OfficeKind } | null> {
  const named = await office.related('', 'officeDocument')
  const name = [...named, ...usual].find((each) => each.endsWith('.xml') && office.has(each))
  if (name === undefined) return null
  let root = ''
  await office.read(name, {
    open(tag) {
      root = tag
      stop()
    },
  })
  return root === 'document' || root === 'workbook' || root === 'presentation' ? { name, kind: root } : null
}
