import { randomBytes } from 'node:crypto'
import { figuresSource, pythonFolder, runnerSource } from './runner-source.ts'

/** What L3 has to run for a piece of Python, and the names that its figures will have. */
export function pythonCall(code: string) {
  const figures = `figure-${randomBytes(4).toString('hex')}`
  return {
    figures,
    command: '/usr/bin/python3',
    args: ['-I', '-S', '-B', `${pythonFolder}/runner.py`],
    files: {
      [`${pythonFolder}/runner.py`]: runnerSource,
      [`${pythonFolder}/sandbox_figures.py`]: figuresSource,
      [`${pythonFolder}/main.py`]: code,
    },
    env: {
      MPLBACKEND: 'module://sandbox_figures',
      SANDBOX_FIGURES: figures,
      PYTHONIOENCODING: 'utf-8:replace',
      // One thread each: several would reserve address space by the gigabyte and wait for each other on few cores.
      OPENBLAS_NUM_THREADS: '1',
      OMP_NUM_THREADS: '1',
    },
  }
}
