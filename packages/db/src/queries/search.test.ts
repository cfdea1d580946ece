import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import { describeOnEachDialect, openTestDatabase } from '../testing/index.ts'
import { conversationRow, messageRow } from '../testing/sample-rows.ts'
import { searchMessages } from './search.ts'

describeOnEachDialect('search', (dialect) => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
    await db.commit([
      db.kysely.insertInto('conversations').values(conversationRow({ id: 'c', title: 'Weekend plans' })),
    ])
  })
  afterEach(() => db.close())

  const add = (id: string, text: string) =>
    db.commit([db.kysely.insertInto('messages').values(messageRow({ id, conversation_id: 'c', text }))])
  const find = (query: string) => searchMessages(db, { ownerId: LOCAL_OWNER_ID, query, limit: 20 })
  const ids = async (query: string) => (await find(query)).map(({ messageId }) => messageId).sort()

  it('finds all words in any order, the last as a beginning, and marks them', async () => {
    await add('fox', 'A story about a clever fox.\nIt lived near the river.')
    await add('bear', 'A story about a bear')
    expect(await ids('river story')).toEqual(['fox'])
    expect(await ids('clever sto')).toEqual(['fox'])
    expect(await ids('clev story')).toEqual([])
    expect((await find('fox riv'))[0]).toEqual({
      conversationId: 'c',
      conversationTitle: 'Weekend plans',
      messageId: 'fox',
      role: 'user',
      createdAt: 1_000,
      snippet: 'A story about a clever \u0001fox\u0002. It lived near the \u0001river\u0002.',
    })
  })

  it('sees through case and accents both ways', async () => {
    await add('accents', 'Le CAFÉ est à Łódź, Ärger in Zürich')
    await add('plain', 'the cafe is closed')
    expect(await ids('café')).toEqual(['accents', 'plain'])
    expect(await ids('CAFE')).toEqual(['accents', 'plain'])
    expect(await ids('zurich arger')).toEqual(['accents'])
    expect((await find('zur'))[0]?.snippet).toContain('\u0001Zürich\u0002')
  })

  it('finds words of every alphabet as they are written, in capitals and small', async () => {
    const texts = {
      ru: 'Мой ЙОД и ёлка, «Привет»',
      el: 'Ωμέγα στην Ελλάδα, ΣΊΣΥΦΟΣ',
      vi: 'Tiếng Việt của Nguyễn',
      ko: '한국어 문장입니다',
      hi: 'हिन्दी भाषा',
      he: 'עולם ומלואו',
      hy: 'Բարև աշխարհ',
      curly: 'they don’t say “quoted” — cafe\u0301…',
    }
    for (const [id, text] of Object.entries(texts)) await add(id, text)
    const queries = {
      ru: ['мой', 'йод', 'ёлка', 'ПРИВЕТ', 'Мой ёл'],
      el: ['ωμέγα', 'Ελλάδα', 'σίσυφος'],
      vi: ['tiếng', 'viet', 'NGUYỄN'],
      ko: ['한국어', '문장'],
      hi: ['हिन्दी', 'भाषा'],
      he: ['עולם'],
      hy: ['բարև'],
      curly: ['don’t', 'quoted', 'café', 'cafe'],
    }
    for (const [id, list] of Object.entries(queries)) {
      for (const query of list) {
        const hits = await find(query)
        expect([query, hits.map(({ messageId }) => messageId)]).toEqual([query, [id]])
        expect(hits[0]?.snippet, query).toContain('\u0001')
      }
    }
  })

  it('finds parts of code, addresses and names with signs', async () => {
    await add('code', 'call read_file("src/app.test.ts") at https://docs.example.com/guide-to-foo')
    for (const query of ['read_file', 'app.test', 'example', 'docs.example.com', 'guide-to', 'foo', '"read_file("']) {
      expect(await ids(query), query).toEqual(['code'])
    }
  })

  it('finds numbers that are no digits, and letters that Unicode never puts together again', async () => {
    await add('circled', 'Step ① of three')
    // ड़ in one code point: normalised, it is two for good.
    await add('hi', 'एक ल\u095cका')
    expect(await ids('①')).toEqual(['circled'])
    expect(await ids('①②')).toEqual([])
    expect(await ids('step ①')).toEqual(['circled'])
    expect(await ids('ल\u095cका')).toEqual(['hi'])
  })

  it('takes a hostile query as words', async () => {
    await add('m', 'near the river OR the sea')
    const hostile = [
      '"',
      "'",
      'near(',
      'river"*',
      'text:river',
      '{text}: river',
      'river AND',
      'NOT river',
      '* river',
      '^river',
      'river & | ! <-> :*',
      "river'); drop table messages; --",
      '\0river',
      '\\',
      '%',
      '_',
      `${'x'.repeat(5_000)} river`,
      'river '.repeat(500),
      '\u0301',
      '\ud800',
      '🦊',
      '()',
      ':*',
    ]
    for (const query of hostile) await expect(find(query), query).resolves.toBeInstanceOf(Array)
    expect(await ids('river"*')).toEqual(['m'])
    expect(await ids('^river')).toEqual(['m'])
    expect(await ids('OR sea')).toEqual(['m'])
    expect(await ids('%')).toEqual([])
    await add('percent', '100 % sure')
    expect(await ids('%')).toEqual(['percent'])
  })

  it('finds inside texts of scripts that have no spaces', async () => {
    await add('zh', '我们周末去看狐狸')
    const hits = await find('狐狸')
    expect(hits.map(({ snippet }) => snippet)).toEqual(['我们周末去看\u0001狐狸\u0002'])
    await add('mixed', '我在使用Python编程')
    expect((await find('python')).map(({ snippet }) => snippet)).toEqual(['我在使用\u0001Python\u0002编程'])
  })

  it('shows titles first, and follows changes, deletions and owners', async () => {
    await add('m', 'my plans')
    expect((await find('plans')).map(({ role }) => role)).toEqual(['title', 'user'])
    await db.commit([
      db.kysely.updateTable('messages').set({ text: 'other words' }).where('id', '=', 'm'),
      db.kysely.updateTable('conversations').set({ title: 'Renamed' }).where('id', '=', 'c'),
    ])
    expect(await ids('plans')).toEqual([])
    expect(await ids('words')).toEqual(['m'])
    expect(await searchMessages(db, { ownerId: 'somebody else', query: 'words', limit: 5 })).toEqual([])
    await db.commit([db.kysely.updateTable('conversations').set({ deleted_at: 5 }).where('id', '=', 'c')])
    expect(await ids('words')).toEqual([])
  })

  it('takes and finds a very long message', async () => {
    const words = Array.from({ length: 150_000 }, (_, index) => `w${index.toString(36)}`)
    await add('long', `needle ${words.join(' ')}`)
    expect(await ids('needle')).toEqual(['long'])
  })
})
