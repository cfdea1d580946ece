/**
 * Goes on where nobody can take what is printed any more: `npm start | head`, a terminal that was closed, a full disk under a log. Without
 * this the failed write is an uncaught error; Next reports those on the console, which fails again, and the process is busy with that
 * for ever.
 */
export function outliveConsole(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
