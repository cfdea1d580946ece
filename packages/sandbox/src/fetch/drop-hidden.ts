const never =
  'script,style,noscript,template,iframe,object,embed,svg,canvas,link,meta,base,[hidden],[aria-hidden="true"],input'
const unseen =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0?\.?0*\s*(?:;|$)|font-size\s*:\s*0|(?:left|top|text-indent)\s*:\s*-\d{3,}|clip(?:-path)?\s*:\s*(?:rect\(0|inset\((?:50|100)%))/i

/** As much of a document as this needs: the DOM's own types are for pages. */
type Markup = {
  querySelectorAll(selector: string): Iterable<{ remove(): void; getAttribute(name: string): string | null }>
}

/**
 * Removes what a reader would not see: scripts, what is marked as hidden, and what its own style attribute hides. Style sheets are not
 * applied, so that what they hide remains: the text of a page is never to be trusted.
 */
export function dropHidden(document: Markup): void {
  for (const element of document.querySelectorAll(never)) element.remove()
  for (const element of document.querySelectorAll('[style]')) {
    if (unseen.test(element.getAttribute('style') ?? '')) element.remove()
  }
}
