type SystemError = { code?: string; path?: string; port?: number; address?: string; message?: string }

/** One sentence for a start that failed, naming what to change. Anything unexpected keeps its own text. */
export function sentenceForStartError(error: unknown): string {
  const { code, path, port, address, message } = (error instanceof Object ? error : {}) as SystemError
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken by another program. Stop that one, or choose another port: PORT=${(port ?? 8000) + 1} npm start`
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${address}. Set HOST to 127.0.0.1.`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return port === undefined
        ? `${path ?? 'The data folder'} can't be written. Set REYNARD_DATA_DIR to a folder of yours.`
        : `Port ${port} needs more rights than this user has. Choose one above 1023: PORT=8000 npm start`
    case 'ENOSPC':
      return `The disk is full${path ? ` at ${path}` : ''}. Free some space, or set REYNARD_DATA_DIR to another disk.`
    default:
      return message ?? String(error)
  }
}

/** For a start on the port of a Reynard that runs already. @param address where that one is open */
export const sentenceForRunning = (address: string): string =>
  `Reynard runs already: open ${address}. A second one needs a port (PORT) and a data folder (REYNARD_DATA_DIR) of its own.`
