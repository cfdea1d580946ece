/** A question with the call that is right as the first step. `key`: the arguments that decide; `tool` null: it is to be answered in words. */
export type CallTask = {
  assistant: 'reynard' | 'codewolf'
  question: string
  tool: string | null
  call: Record<string, unknown>
  key: readonly string[]
}

type Row = [question: string, tool: string | null, call?: Record<string, unknown>, ...key: string[]]
const tasks = (assistant: CallTask['assistant'], rows: readonly Row[]): CallTask[] =>
  rows.map(([question, tool, call = {}, ...key]) => ({ assistant, question, tool, call, key }))

const reynard = tasks('reynard', [
  ['Read notes.txt and tell me what it says.', 'read_file', { path: 'notes.txt' }, 'path'],
  ['What is in the file todo.md?', 'read_file', { path: 'todo.md' }, 'path'],
  ['Read lines 100 to 120 of server.log.', 'read_file', { path: 'server.log', from: 100, to: 120 }, 'path', 'from'],
  ['List all files in my workspace.', 'list_files', {}],
  ['Which files are in the folder reports?', 'list_files', { path: 'reports' }, 'path'],
  [
    'Write a file hello.txt that says: good morning',
    'write_file',
    { path: 'hello.txt', content: 'good morning' },
    'path',
  ],
  [
    'Save a shopping list with milk and bread as list.md.',
    'write_file',
    { path: 'list.md', content: '- milk\n- bread' },
    'path',
  ],
  ['Rename draft.txt to final.txt.', 'move_file', { from: 'draft.txt', to: 'final.txt' }, 'from', 'to'],
  ['Move photo.png into the folder pictures.', 'move_file', { from: 'photo.png', to: 'pictures/photo.png' }, 'from'],
  ['Delete the file old.csv.', 'delete_file', { path: 'old.csv' }, 'path'],
  ['In which files does the word invoice occur?', 'search_files', { pattern: 'invoice' }, 'pattern'],
  ['Search my files for the phrase "red fox".', 'search_files', { pattern: 'red fox' }, 'pattern'],
  ['Read page 3 of contract.pdf.', 'read_document', { path: 'contract.pdf', from: 3, to: 3 }, 'path'],
  ['What does the presentation talk.pptx say?', 'read_document', { path: 'talk.pptx' }, 'path'],
  ['Calculate 17 * 23 + 5 by running JavaScript.', 'run_javascript', { code: 'console.log(17 * 23 + 5)' }],
  ['Run this in JavaScript: [3,1,2].toSorted()', 'run_javascript', { code: 'console.log([3,1,2].toSorted())' }],
  ['Use Python to sum the numbers from 1 to 1000.', 'run_python', { code: 'print(sum(range(1, 1001)))' }],
  ['Run Python: import math; print(math.pi)', 'run_python', { code: 'import math; print(math.pi)' }],
  ['Describe the columns of sales.csv.', 'describe_data', { path: 'sales.csv' }, 'path'],
  ['Which columns does the table people.parquet have?', 'describe_data', { path: 'people.parquet' }, 'path'],
  ['How many rows has orders.csv? Ask by SQL.', 'query_data', { sql: "SELECT count(*) FROM 'orders.csv'" }],
  ['Use SQL to get the mean price in prices.csv.', 'query_data', { sql: "SELECT avg(price) FROM 'prices.csv'" }],
  [
    'Draw a bar chart of the sums by month in sales.csv.',
    'draw_chart',
    { type: 'bar', title: 'Sums by month', sql: "SELECT month, sum(amount) AS total FROM 'sales.csv' GROUP BY month" },
    'type',
  ],
  [
    'Draw a line chart of the temperature in weather.csv.',
    'draw_chart',
    { type: 'line', title: 'Temperature', path: 'weather.csv', x: 'day', y: ['temperature'] },
    'type',
  ],
  ['Search the web for the height of the Zugspitze.', 'search_web', { query: 'height of the Zugspitze' }],
  ['Look up on the internet who wrote Moby Dick.', 'search_web', { query: 'who wrote Moby Dick' }],
  ['Open https://example.org/news and summarise it.', 'fetch_page', { url: 'https://example.org/news' }, 'url'],
  ['What does the page https://example.com say?', 'fetch_page', { url: 'https://example.com' }, 'url'],
  ['What did I tell you about my project last week?', 'search_chats', { query: 'project', since: 'last week' }],
  ['In which chat did we talk about tomatoes?', 'search_chats', { query: 'tomatoes' }],
  ['Remember that I am a vegetarian.', 'remember', { fact: 'The person is a vegetarian.', quote: 'I am a vegetarian' }],
  ['What is the capital of France?', null],
  ['Say hello in Spanish.', null],
  ['Write me a haiku about rain.', null],
  ['Thank you, that was helpful!', null],
])

const codewolf = tasks('codewolf', [
  ['Show me the outline of src/index.ts.', 'outline', { path: 'src/index.ts' }, 'path'],
  ['What functions are in parser.py? Outline it.', 'outline', { path: 'parser.py' }, 'path'],
  ['Where is the function parsePrice defined?', 'find_symbol', { name: 'parsePrice' }, 'name'],
  ['Find the class UserStore.', 'find_symbol', { name: 'UserStore' }, 'name'],
  [
    'Find every call of console.log in the TypeScript code by its structure.',
    'search_code',
    { pattern: 'console.log($$$)', language: 'typescript' },
    'language',
  ],
  ['Lint src/app.ts.', 'lint_code', { path: 'src/app.ts' }, 'path'],
  ['Run the linter over the project.', 'lint_code', {}],
  ['How complex are the functions in src/cart.ts? Measure it.', 'measure_code', { path: 'src/cart.ts' }, 'path'],
  ['Extract the public API of src/lib.ts.', 'extract_api', { path: 'src/lib.ts' }, 'path'],
  ['Run the tests.', 'run_tests', {}],
  ['Run the tests in tests/cart.test.ts.', 'run_tests', { path: 'tests/cart.test.ts' }],
  ['Show the git status.', 'git_status', {}],
  ['Which files have I changed since the last commit? Ask git.', 'git_status', {}],
  ['Show the git diff.', 'git_diff', {}],
  ['Show the git log of README.md.', 'git_log', { path: 'README.md' }, 'path'],
  ['Who changed each line of src/main.ts? Use git blame.', 'git_blame', { path: 'src/main.ts' }, 'path'],
  ['Create a git branch named fix-prices.', 'git_branch', { action: 'create', name: 'fix-prices' }, 'name'],
  ['Commit everything with the message "Fix prices".', 'git_commit', { message: 'Fix prices' }, 'message'],
  ['Read src/server.ts.', 'read_file', { path: 'src/server.ts' }, 'path'],
  [
    'In config.json change "debug" to "info".',
    'edit_file',
    { path: 'config.json', edits: [{ old_text: 'debug', new_text: 'info' }] },
    'path',
  ],
  ['Find all TODO comments in the files.', 'search_files', { pattern: 'TODO' }, 'pattern'],
  ['Run this JavaScript: console.log(0.1 + 0.2)', 'run_javascript', { code: 'console.log(0.1 + 0.2)' }],
  ['What does the keyword const mean in JavaScript?', null],
  ['Explain recursion in one sentence.', null],
  ['Is a tab or a space better? Just say what you think.', null],
])

/** Sixty questions whose first step is known. */
export const callTasks: readonly CallTask[] = [...reynard, ...codewolf]
