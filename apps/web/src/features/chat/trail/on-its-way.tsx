/** Keeps the room of something whose code is being fetched, so that what stands below does not jump. `height`: in pixels, about as it will be. */
export function OnItsWay({ height }: { height: number }) {
  return <div aria-hidden data-on-its-way="" className="rounded-card border border-line" style={{ height }} />
}
