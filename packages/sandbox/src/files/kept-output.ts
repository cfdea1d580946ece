/** The folder of a workspace for what tools gave back that was too long for the model. It is nobody's work, and part of no commit. */
export const keptOutput = 'tool-output'

/** Whether a path is that folder or lies in it. */
export function isKeptOutput(path: string): boolean {
  return path === keptOutput || path.startsWith(`${keptOutput}/`)
}
