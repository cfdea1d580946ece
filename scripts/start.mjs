// `npm start`, `npm run dev`, `npm run demo`. Runs on the machine's own Node; what it starts runs on the Node of the lockfile.
// Only syntax that an old Node can parse stands here, so that an old Node gets the sentence below and not a stack.
import process from 'node:process'

const version = process.versions.node.split('.').map(Number)
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  console.error(
    'Reynard needs Node 20.19 or newer to start; this is Node ' +
      process.versions.node +
      '. Install a newer one from https://nodejs.org.',
  )
  process.exit(1)
}
// Nobody may be there any more to read what is printed (`npm start | head`): no reason to leave a build or a server alone.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
import('./lib/start-command.mjs')
  .then((command) => command.start(process.argv.slice(2)))
  .catch((error) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  })
