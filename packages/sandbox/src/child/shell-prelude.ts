type Spawn = { file: string; args: readonly string[] }

/** What a shell does in the process that then becomes the program: POSIX statements of ours that shift `args`, their `$1`, `$2` …, away. */
export type ShellPrelude = { script: string; args: readonly string[] }

/**
 * The same program behind one shell, which closes `descriptors` and does what the prelude says. One for both, since each shell costs half
 * a millisecond or more. Unchanged where there is nothing to do.
 */
export function afterPrelude(
  { file, args }: Spawn,
  prelude: ShellPrelude | undefined,
  descriptors: readonly number[],
): Spawn {
  if (prelude === undefined && descriptors.length === 0) return { file, args }
  // bash where descriptors are closed, because dash knows none above 9; -p reads nothing from the environment.
  const [shell = '', ...options] = descriptors.length > 0 ? ['bash', '--norc', '-p', '-c'] : ['/bin/sh', '-c']
  const close = descriptors.map((descriptor) => `exec ${descriptor}>&-`)
  const script = [...close, ...(prelude ? [prelude.script] : []), 'exec "$@"'].join('; ')
  return { file: shell, args: [...options, script, 'sh', ...(prelude?.args ?? []), file, ...args] }
}
