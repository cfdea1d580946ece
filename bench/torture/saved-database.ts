import { DatabaseSync } from 'node:sqlite'

/** Looks at the file itself, beside the server that has just opened it. Returns what is wrong with it. */
export function problemsOfDatabase(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const problems: string[] = []
    const verdict = database.prepare('pragma integrity_check').get()?.integrity_check
    if (verdict !== 'ok') problems.push(`integrity_check says ${verdict}`)
    const strays = database.prepare('pragma foreign_key_check').all().length
    if (strays > 0) problems.push(`${strays} rows belong to nothing`)
    // What runs now was asked since the start; nothing is. What waits for a person goes on.
    const open = database.prepare(
      `select count(*) as n from runs where state <> 'ended' and created_at < ? and not exists
        (select 1 from tool_calls where run_id = runs.id and tool_calls.state in ('waiting', 'approved'))`,
    )
    const left = Number(open.get(Date.now())?.n)
    if (left > 0) problems.push(`${left} runs of the dead server are still open`)
    return [...problems, ...holesInLogs(database)]
  } finally {
    database.close()
  }
}

/** Every run's saved events are numbered 1, 2, 3 … without a hole. */
function holesInLogs(database: DatabaseSync): string[] {
  const holes: string[] = []
  let run = ''
  let last = 0
  for (const row of database.prepare('select run_id, seq, last_seq from run_events order by run_id, seq').iterate()) {
    if (row.run_id !== run) last = 0
    run = String(row.run_id)
    if (row.seq !== last + 1) holes.push(`${run}: ${row.seq} is saved after ${last}`)
    last = Number(row.last_seq)
  }
  return holes
}
