import { connect } from 'node:net'

/** Set by the global setup for the processes that run tests. */
export const postgresDoorVariable = 'REYNARD_TEST_POSTGRES_DOOR'

export type PostgresAnswer = { url: string } | { reason: string }

let answer: Promise<PostgresAnswer> | undefined

/** The URL of a Postgres server where tests may make databases, or why there is none. Starts it on the first question of the run. */
export function askForPostgres(): Promise<PostgresAnswer> {
  answer ??= ask()
  return answer
}

async function ask(): Promise<PostgresAnswer> {
  if (process.env.TEST_DATABASE_URL) return { url: process.env.TEST_DATABASE_URL }
  const door = process.env[postgresDoorVariable]
  if (!door)
    return { reason: 'the global setup packages/db/src/testing/postgres-server.ts is missing from vitest.config.ts' }
  return await new Promise((resolve) => {
    let text = ''
    const socket = connect(door)
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => resolve(JSON.parse(text)))
    socket.on('error', (error) => resolve({ reason: error.message }))
  })
}
