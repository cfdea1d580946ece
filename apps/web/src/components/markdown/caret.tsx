/** Where the answer is being written. It says nothing to a screen reader: the region beside the transcript does. */
export function Caret() {
  return <span className="caret" aria-hidden="true" />
}
