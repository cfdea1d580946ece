import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { wallsHere } from '../../testing/walls-here.ts'
import { describeData } from './describe-data.ts'
import { drawChart } from './draw-chart.ts'
import { queryData } from './query-data.ts'

const { levels } = await wallsHere()
const walled = describe.skipIf(!levels.L3.available)

let kit: ToolKit
beforeAll(async () => {
  kit = await openToolKit()
  const orders = ['Day,Channel,Total €,note', '2026-07-01,Web,10.5,', '2026-07-02,Shop,20,hi', '2026-08-01,Web,,late']
  await kit.workspace.write('orders 2026-q3.csv', orders.join('\n'))
  await kit.workspace.write('stock/shoes.tsv', 'size\tleft\n44\t3\n45\t0\n')
  await kit.workspace.write('people.ndjson', '{"name":"Ann","age":41}\n{"name":"Bo","age":29,"tags":["x"]}\n')
  await kit.workspace.write('list.json', '[{"a":1,"b":{"c":true}},{"a":2,"b":{"c":false}}]')
  await kit.workspace.write('old.csv', Buffer.from('name;city\nJosé;Köln\n', 'latin1'))
})
afterAll(() => kit.close())

const query = (sql: string, input: object = {}) => kit.call(queryData, { sql, ...input })

walled('describe_data', () => {
  test('tells columns, types, what is missing, values and ranges, and under which name to ask', async () => {
    const { content, display } = await kit.call(describeData, { path: 'orders 2026-q3.csv' })
    expect(content).toContain('3 rows, 4 columns. In query_data it is the table orders_2026_q3.')
    expect(content).toContain('Total € | DOUBLE | 1 | 2 | 10.5 to 20.0, mean 15.25')
    expect(content).toContain('2026-07-02 | Shop | 20 | hi')
    expect(display).toMatchObject({
      kind: 'table',
      columns: ['Column', 'Type', 'Missing', 'Distinct', 'Range or values'],
      rows: [['Day', 'DATE', 0, 3, expect.any(String)], ['Channel', 'VARCHAR', 0, 2, 'Web (2), Shop (1)'], {}, {}],
      totalRows: 4,
    })
  })

  test('reads TSV, JSON, lines of JSON, and texts that are not UTF-8', async () => {
    const of = async (path: string) => (await kit.call(describeData, { path })).content
    expect(await of('stock/shoes.tsv')).toMatch(/2 rows, 2 columns[\s\S]*size \| BIGINT/)
    expect(await of('people.ndjson')).toMatch(/age \| BIGINT \| 0 \| 2 \| 29 to 41/)
    expect(await of('list.json')).toMatch(/b \| STRUCT/)
    expect(await of('old.csv')).toMatch(/read as Latin-1[\s\S]*José \| Köln/)
  })

  test('reads decimal commas as numbers, and says so; where a comma parts the columns it is left alone', async () => {
    const lines = ['Monat;Umsatz;Menge;Text', 'Januar;1.234,50;2;1,5 kg', 'Februar;-7,25;3;', 'März;;4;x']
    await kit.workspace.write('umsatz.csv', lines.join('\n'))
    const { content } = await kit.call(describeData, { path: 'umsatz.csv' })
    expect(content).toContain('Decimal commas in Umsatz were read as numbers.')
    expect(content).toMatch(/Umsatz \| DOUBLE \| 1 \| 2 \| -7.25 to 1234.5/)
    expect(content).toMatch(/Text \| VARCHAR/)
    expect((await query('SELECT sum("Umsatz") AS s FROM umsatz')).content).toContain('s\n1227.25')
    await kit.workspace.write('dots.csv', 'a;b\n1.234;1,5\n2.345;2,5\n')
    const dots = (await kit.call(describeData, { path: 'dots.csv' })).content
    expect(dots).toContain('In a a point was read as a decimal point: it may part thousands.')
    await kit.workspace.write('english.csv', 'what,much\nrent,"1,234"\nfood,"2,345"\n')
    expect((await kit.call(describeData, { path: 'english.csv' })).content).toMatch(/much \| VARCHAR/)
  })

  test('a table named like a word of SQL is told in quotes', async () => {
    await kit.workspace.write('order.csv', 'a,b\n1,2\n')
    const { content } = await kit.call(describeData, { path: 'order.csv' })
    expect(content).toContain('it is the table "order".')
    expect((await query('SELECT a FROM "order"')).content).toContain('a\n1')
  })

  test('says what a file is not', async () => {
    await kit.workspace.write('fox.png', 'no table')
    await expect(kit.call(describeData, { path: 'fox.png' })).rejects.toThrow('no CSV, TSV, JSON or Parquet file')
    await expect(kit.call(describeData, { path: 'none.csv' })).rejects.toMatchObject({ code: 'not-found' })
    await kit.workspace.write('bad.parquet', 'no parquet')
    await expect(kit.call(describeData, { path: 'bad.parquet' })).rejects.toThrow('could not be read as a table')
  })
})

walled('query_data', () => {
  test('asks files by the names of their tables, by path, and across each other', async () => {
    const sql = 'SELECT Channel, sum("Total €") AS total FROM orders_2026_q3 GROUP BY 1 ORDER BY 1'
    expect(await query(sql, { about: 'totals by channel' })).toEqual({
      content: '2 rows.\nChannel | total\nShop | 20\nWeb | 10.5',
      display: {
        kind: 'table',
        columns: ['Channel', 'total'],
        rows: [
          ['Shop', 20],
          ['Web', 10.5],
        ],
        totalRows: 2,
      },
      truncated: false,
    })
    expect((await query("SELECT count(*) AS n FROM 'stock/shoes.tsv' s, people p")).content).toBe('1 row.\nn\n4')
    expect((await query('SELECT max(size) AS m FROM data', { files: ['stock/shoes.tsv'] })).content).toContain('45')
    expect(queryData.title({ sql, about: 'totals by channel' })).toEqual({
      running: 'Querying orders_2026_q3',
      done: 'Queried orders_2026_q3',
      detail: 'totals by channel',
    })
  })

  test('a mistake comes back in words, with what there is', async () => {
    const words = query('SELECT totl FROM shoes')
    await expect(words).rejects.toThrow(
      /"totl" not found[\s\S]*Table shoes \(stock\/shoes\.tsv\): size BIGINT, "left" BIGINT/,
    )
    await expect(query('SELECT FROM WHERE')).rejects.toThrow(/Parser Error/)
    await expect(query('SELECT * FROM shoes', { files: ['none.csv'] })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('what is too long to show is kept as a file, which other tools can read', async () => {
    const sql = "SELECT range AS n, '=1+1' AS formula, 'a, \"b\"' AS words FROM range(2500)"
    const { content, display, truncated } = await query(sql)
    const [, path = ''] = /^2500 rows, the first 100 are here\. All are in (\S+)\.$/m.exec(content) ?? []
    expect(display).toMatchObject({ totalRows: 2500, rows: { length: 1000, 0: [0, '=1+1', 'a, "b"'] } })
    expect(display).toMatchObject({ file: { path, bytes: kit.workspace.stat(path).bytes } })
    expect(truncated).toBe(true)
    const lines = (await kit.workspace.read(path)).bytes.toString().split('\r\n')
    expect(lines).toHaveLength(2502)
    expect(lines.slice(0, 2)).toEqual(['n,formula,words', `0,'=1+1,"a, ""b"""`])
    expect((await query(`SELECT count(*) AS n FROM '${path}'`)).content).toBe('1 row.\nn\n2500')
  })

  test('numbers keep their digits, dates and nested values are words', async () => {
    const sql = `SELECT 9007199254740993::BIGINT a, 1.5::DECIMAL(10,2) b, 'nan'::DOUBLE c, DATE '2026-07-01' d, [1,2] e, {'x': 1} f, NULL g, true h`
    const { display } = await query(sql)
    expect(display).toMatchObject({
      rows: [['9007199254740993', 1.5, 'NaN', '2026-07-01', '[1, 2]', expect.stringContaining('1'), null, true]],
    })
  })
})

walled('draw_chart', () => {
  const draw = (input: object) => kit.call(drawChart, { type: 'line', title: 'Orders', ...input })

  test('fails where what is to be drawn holds no number', async () => {
    await kit.workspace.write('comma.csv', 'Monat;Umsatz\nJan;1.234,5\nFeb;n/a\n')
    const drawn = draw({ path: 'comma.csv', x: 'Monat', y: ['Umsatz'] })
    await expect(drawn).rejects.toThrow('There is no number in Umsatz, so nothing can be drawn.')
  })

  test('from a query: the first column below, numbers as lines, words as one line each', async () => {
    const months =
      'SELECT date_trunc(\'month\', Day::TIMESTAMP) AS month, sum("Total €") AS total FROM orders_2026_q3 GROUP BY 1 ORDER BY 1'
    expect(await draw({ sql: months, unit: '€' })).toEqual({
      content: expect.stringContaining('total: from 30.5 (2026-07-01) to 30.5 (2026-07-01)'),
      display: {
        kind: 'chart',
        chart: {
          type: 'line',
          title: 'Orders',
          xLabel: 'month',
          yLabel: 'total',
          unit: '€',
          series: ['total'],
          points: [
            ['2026-07-01', 30.5],
            ['2026-08-01', null],
          ],
        },
      },
    })
    const { display } = await draw({
      sql: 'SELECT Day, Channel, 2 AS n FROM orders_2026_q3',
      type: 'bar',
      stacked: true,
    })
    expect(display).toMatchObject({
      chart: {
        stacked: true,
        series: ['Web', 'Shop'],
        points: [
          ['2026-07-01', 2, null],
          ['2026-07-02', null, 2],
          ['2026-08-01', 2, null],
        ],
      },
    })
  })

  test('from a file by its columns, and from points', async () => {
    const shoes = await draw({ path: 'stock/shoes.tsv', x: 'SIZE', y: ['left'], type: 'scatter' })
    expect(shoes.display).toMatchObject({
      chart: {
        xLabel: 'size',
        series: ['left'],
        points: [
          [44, 3],
          [45, 0],
        ],
      },
    })
    const { display } = await draw({
      points: [
        ['a', 1, 2],
        ['b', 3],
      ],
      y: ['one', 'two'],
    })
    expect(display).toMatchObject({
      chart: {
        series: ['one', 'two'],
        points: [
          ['a', 1, 2],
          ['b', 3, null],
        ],
      },
    })
  })

  test('what can not be drawn is said in words', async () => {
    await expect(draw({})).rejects.toThrow('Give sql, or path')
    await expect(draw({ path: 'stock/shoes.tsv' })).rejects.toThrow('x and y have to name columns')
    await expect(draw({ sql: 'SELECT * FROM shoes', x: 'weight' })).rejects.toThrow('There are: size, left')
    await expect(draw({ sql: 'SELECT name, name AS b FROM people' })).rejects.toThrow('No column holds numbers')
    await expect(draw({ sql: 'SELECT range, range FROM range(5000)' })).rejects.toThrow('more than 2000 points')
    await expect(draw({ sql: 'SELECT range, range FROM range(50000)' })).rejects.toThrow('group them first')
    await expect(draw({ type: 'scatter', points: [['a', 1]] })).rejects.toThrow('numbers on both axes')
  })
})
