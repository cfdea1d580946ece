import { createSandbox, type SandboxReport } from '@reynard/sandbox'

/**
 * What walls this machine has, for tests to be skipped by.
 * @throws {Error} where L3 is missing and SANDBOX_REQUIRED=1, as in CI: then it is a failure
 */
export async function wallsHere(): Promise<SandboxReport> {
  const sandbox = await createSandbox()
  await sandbox.close()
  const { L3 } = sandbox.report.levels
  if (!L3.available && process.env.SANDBOX_REQUIRED === '1') throw new Error(`L3 is required: ${L3.reason}`)
  return sandbox.report
}
