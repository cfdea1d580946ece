const bare = /^[a-z_][a-z0-9_]*$/i

/**
 * Words that DuckDB takes for its own where the name of a table or a column may stand: its `duckdb_keywords()` of the categories `reserved`
 * and `type_function`. A test holds this list against the database.
 */
const reserved = new Set(
  [
    'all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast check collate collation column columns',
    'concurrently constraint create cross default deferrable desc describe distinct do else end except false fetch for foreign freeze from generated',
    'full glob group having ilike in initially inner intersect into is isnull join lambda lateral leading left like limit map natural not notnull',
    'null offset on only or order outer overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning right',
    'select semi show similar some struct summarize symmetric table tablesample then to trailing true try_cast union unique unpack unpivot using variadic',
    'verbose when where window with',
  ].flatMap((line) => line.split(' ')),
)

/** A name as it has to stand in a query: in quotes only where it needs them. */
export function sqlName(name: string): string {
  return bare.test(name) && !reserved.has(name.toLowerCase()) ? name : `"${name.replaceAll('"', '""')}"`
}
