export { type RawEntry, rawZip } from '../archive/testing/raw-zip.ts'
export { openPrivateWeb } from '../fetch/testing/private-web.ts'
export { armRepository, authorsGit, makeRepository } from '../git/testing/open-git-workspace.ts'
