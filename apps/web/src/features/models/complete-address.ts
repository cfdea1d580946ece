const HOST = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:\d)|\[[0-9a-f:]+\])(?::\d{1,5})?(?:\/\S*)?$/i

/** An address as people type it, made whole: "localhost:11434" means `http://`. What looks like no host stays as it is. */
export function completeAddress(typed: string): string {
  const trimmed = typed.trim()
  return HOST.test(trimmed) ? `http://${trimmed}` : trimmed
}
