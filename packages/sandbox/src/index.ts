export { SandboxError, type SandboxErrorCode } from './sandbox-error.ts'
