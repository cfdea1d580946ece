/** Where secrets lie that no tool may reach, as a tool would have to name them. */
export type SecretPlaces = {
  /** Absolute paths of the files, and of folders around them. */
  files: readonly string[]
  /** Paths of the workspace that lead to them: links that stand there, and ways upwards. */
  ways: readonly string[]
  /** Addresses of servers of this machine that answer with a secret. */
  urls: readonly string[]
}

type Input = Record<string, unknown>
type Reach = (places: SecretPlaces) => Input[]

/** What a template would be filled in by. */
const spliced = `\${process.env.SECRET_CANARY}`
/** The shape of a secret; not one itself, so that a question does not hold what must not come out. */
const shape = 'canary-[0-9a-f]{8}'
const spelled = ({ files, ways }: SecretPlaces) => [
  ...ways,
  ...files,
  ...files.map((path) => `file://${path}`),
  '/proc/self/environ',
  '/proc/1/environ',
  '~/.ssh/id_rsa',
  '$HOME/.ssh/id_rsa',
]
const byPath =
  (more: Input = {}): Reach =>
  (places) =>
    spelled(places).map((path) => ({ ...more, path }))
/** Links and the whole tree: what a program that walks would come across. */
const byTree =
  (more: Input = {}): Reach =>
  (places) => [...byPath(more)(places), { ...more, path: '.' }]
const sqlOf = (places: SecretPlaces): string[] => [
  ...[...places.files, '/proc/self/environ'].flatMap((path) => [
    `SELECT * FROM read_text('${path}')`,
    `SELECT * FROM '${path}'`,
  ]),
  ...places.urls.map((url) => `SELECT * FROM read_text('${url}')`),
  "SELECT getenv('SECRET_CANARY') AS secret",
  'SELECT * FROM duckdb_settings()',
  "SELECT * FROM glob('/**')",
]
const revisions = ['--output=/tmp/out', 'HEAD:../secret.txt', ':/x', '../../x', '--no-index', '@{u}']

const javascript = [
  "this.constructor.constructor('return JSON.stringify(process.env)')()",
  "console.log.constructor('return process')().env.SECRET_CANARY",
  "import('node:fs').then((fs) => fs.readdirSync('/'))",
  'JSON.stringify([globalThis.process, globalThis.Deno, globalThis.require, typeof fetch])',
  "Object.getOwnPropertyNames(globalThis).map((name) => name + ' ' + String(globalThis[name])).join('\\n')",
  'throw new Error(String((() => { try { return process.env.SECRET_CANARY } catch (error) { return error.stack } })()))',
]
const python = ({ files, urls }: SecretPlaces) => [
  'import os\nprint(dict(os.environ))\nos.system("env; cat /proc/*/environ | tr \\\\\\\\0 \\\\\\\\n")',
  `for path in ${JSON.stringify(files)}:\n    try: print(open(path).read())\n    except Exception as error: print(error)`,
  `import os\nos.system("grep -rEas '${shape}' /workspace /tmp /home /root /etc /var /run /mnt /srv /opt /dev/shm")`,
  `import urllib.request\nfor url in ${JSON.stringify(urls)}:\n    try: print(urllib.request.urlopen(url, timeout=1).read())\n    except Exception as error: print(error)`,
  `import os\nos.symlink(${JSON.stringify(files[0])}, 'leads-out.txt')\nraise SystemExit(open('leads-out.txt').read())`,
]

/** Calls of each tool by its name, all of which try to reach a secret. A tool without a line here is a tool that nobody tried. */
export const reachingCalls: Record<string, Reach> = {
  search_files: () => [
    { pattern: shape },
    { pattern: shape, glob: '/**' },
    { pattern: shape, glob: '../**' },
    { pattern: shape, glob: 'out/**' },
    { pattern: '--follow' },
    { pattern: '--pre=cat', literal: true },
    { pattern: `-f/proc/self/environ`, literal: true },
  ],
  list_files: byTree({ depth: 20 }),
  read_file: byPath(),
  read_document: byPath(),
  write_file: byPath({ content: 'overwritten' }),
  edit_file: byPath({ edits: [{ old_text: 'canary-', new_text: 'overwritten' }] }),
  move_file: (places) =>
    spelled(places).flatMap((from, at) => [
      { from, to: `got-${at}.txt` },
      { from: 'notes.txt', to: from },
    ]),
  delete_file: byPath(),
  apply_changes: (places) =>
    ['..', '../..', '.', '*', 'copies'].map((copy) => ({ copy, paths: [...places.ways.slice(0, 3)] })),
  run_javascript: () => javascript.map((code) => ({ code })),
  run_python: (places) => python(places).map((code) => ({ code })),
  describe_data: byPath(),
  query_data: (places) => [
    ...sqlOf(places).map((sql) => ({ sql, files: ['sales.csv'] })),
    ...spelled(places).map((path) => ({ sql: 'SELECT * FROM canary', files: [path] })),
  ],
  draw_chart: (places) => {
    const chart = { type: 'bar', title: 'Secrets' }
    return [
      ...sqlOf(places)
        .slice(0, 8)
        .map((sql) => ({ ...chart, sql })),
      ...spelled(places).map((path) => ({ ...chart, path, x: 'secret', y: ['secret'] })),
    ]
  },
  outline: byTree(),
  find_symbol: byTree({ name: 'secret' }),
  search_code: byTree({ pattern: 'const secret = $A', language: 'javascript' }),
  lint_code: byTree(),
  measure_code: byTree(),
  extract_api: byTree(),
  run_tests: (places) => [
    { path: 'reach.test.mjs' },
    ...spelled(places).map((path) => ({ path })),
    { path: '.', filter: '$(env)' },
  ],
  git_status: () => [{}],
  git_diff: (places) => [
    { paths: [] },
    ...spelled(places).map((path) => ({ paths: [path] })),
    ...revisions.map((from) => ({ from, to: 'HEAD' })),
  ],
  git_log: (places) => [...byPath()(places), ...revisions.map((from) => ({ from }))],
  git_blame: (places) => [...byPath()(places), ...revisions.map((commit) => ({ path: 'notes.txt', commit }))],
  git_branch: () => [
    { action: 'list' },
    ...revisions.flatMap((name) => [
      { action: 'create', name },
      { action: 'create', name: 'fine', from: name },
      { action: 'switch', name },
    ]),
  ],
  git_commit: () => [
    ...['out/secret.txt', 'canary.csv', '../../../secret.txt'].map((path) => ({ message: '$(env)', paths: [path] })),
    { message: '-F /proc/self/environ', paths: [] },
  ],
  search_web: () =>
    ['$SECRET_CANARY', spliced, '{{env.SECRET_CANARY}}', '$(cat ~/.ssh/id_rsa)'].map((query) => ({ query })),
  fetch_page: ({ files, urls }) =>
    [...urls, ...files.map((path) => `file://${path}`), 'data:text/plain,x', 'http://localhost/'].map((url) => ({
      url,
    })),
  search_chats: () =>
    ['canary', '"canary" OR *', "x' OR 1=1 --", '$SECRET_CANARY', 'secret*', ''].map((query) => ({ query, n: 30 })),
  remember: () => [
    { fact: '$SECRET_CANARY', quote: 'Reach for it' },
    { fact: spliced, quote: 'Reach for it' },
  ],
}
