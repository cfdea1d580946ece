// `npm test`: installs what it needs, then checks everything. See lib/test-command.mjs for the steps.
import process from 'node:process'

const version = process.versions.node.split('.').map(Number)
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  console.error(`The tests need Node 20.19 or newer to start; this is Node ${process.versions.node}.`)
  process.exit(1)
}
import('./lib/test-command.mjs')
  .then((command) => command.test(process.argv.slice(2)))
  .catch((error) => {
    console.error(error instanceof Error ? error.message : error)
    console.log('0 passed, 1 failed, 0 skipped')
    process.exit(1)
  })
