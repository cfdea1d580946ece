import type { Dialect, Migration } from './migration.ts'

/** Full-text search over messages and titles, kept in step by the database itself. */
export const search: Migration = {
  version: 2,
  name: 'search',
  statements: (dialect) => [
    ...searchIndex(dialect, 'messages', 'text'),
    ...searchIndex(dialect, 'conversations', 'title'),
  ],
}

/** Full-text search over one column of a table whose key is made by `searchKey`. */
export function searchIndex(dialect: Dialect, table: string, column: string): string[] {
  return dialect === 'sqlite' ? sqliteIndex(table, column) : postgresIndex(table, column)
}

/** FTS5 over the table's own text (no second copy), with the triggers that its manual asks for. */
function sqliteIndex(table: string, column: string): string[] {
  const index = `${table}_search`
  const remove = `insert into ${index} (${index}, rowid, ${column}) values ('delete', old.search_id, old.${column});`
  const add = `insert into ${index} (rowid, ${column}) values (new.search_id, new.${column});`
  return [
    `create virtual table ${index} using fts5 (
      ${column}, content = '${table}', content_rowid = 'search_id', tokenize = 'unicode61 remove_diacritics 2'
    )`,
    `create trigger ${table}_search_insert after insert on ${table} begin ${add} end`,
    `create trigger ${table}_search_delete after delete on ${table} begin ${remove} end`,
    `create trigger ${table}_search_update after update of ${column} on ${table}
      when old.${column} is not new.${column} begin ${remove} ${add} end`,
    // What is deleted leaves the index at once, not when it is next merged.
    `insert into ${index} (${index}, rank) values ('secure-delete', 1)`,
    `insert into ${index} (${index}) values ('rebuild')`,
  ]
}

/**
 * Words nearly as SQLite's unicode61 cuts them: lower case, letters without their accents, punctuation apart. Postgres' own
 * parser would keep "example.com" or "foo-bar" as one word. Only the first 200,000 characters: a tsvector holds 1 MB at most.
 */
function postgresIndex(table: string, column: string): string[] {
  return [
    ...(table === 'messages' ? [searchWords] : []),
    `alter table ${table} add column search tsvector generated always as (to_tsvector('simple', search_words(left(${column}, 200000)))) stored`,
    `create index ${table}_search on ${table} using gin (search)`,
  ]
}

/**
 * Capitals and their small letters beside ASCII: in a database of the C locale lower() knows ASCII only. Accents are taken off before;
 * the first ones are letters that Unicode does not take apart.
 */
const letters: [string, string][] = [
  ...[...'øØđĐħĦıłŁæÆœŒþÞðÐŋŊς'].map((letter, at): [string, string] => [letter, 'ooddhhillææœœþþððŋŋσ'[at] ?? letter]),
  ...smallLetters(0x370, 0x587),
]

/** The scripts that have capitals after Latin: Greek, Cyrillic, Armenian. */
function smallLetters(from: number, to: number): [string, string][] {
  const all = Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at))
  return all.flatMap((letter): [string, string][] => {
    const small = letter.toLowerCase()
    return small !== letter && letter.normalize('NFD') === letter ? [[letter, small]] : []
  })
}

// Signs that stand between words: all of ASCII's, and those of other scripts, which a parser in the C locale takes for letters.
const signs = [
  '\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u007f',
  '\\u00a0-\\u00a9\\u00ab-\\u00b1\\u00b4\\u00b6-\\u00b8\\u00bb\\u00bf\\u00d7\\u00f7',
  '\\u2000-\\u206f\\u2190-\\u2bff\\u3000-\\u3003\\u3008-\\u301f\\uff01-\\uff0f',
].join('')

// Plain ASCII, as most texts are, goes a way that is ten times as fast.
const searchWords = `create function search_words(value text) returns text language sql immutable parallel safe as $$
  select regexp_replace(
    case when octet_length(value) = char_length(value) then value
      else translate(
        normalize(regexp_replace(normalize(value, NFD), '[\\u0300-\\u036f]+', '', 'g'), NFC),
        '${letters.map(([letter]) => letter).join('')}', '${letters.map(([, small]) => small).join('')}') end,
    '[${signs}]+', ' ', 'g')
$$`
