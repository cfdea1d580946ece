/** A name as SQL reads it, whatever it holds. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A text as SQL reads it. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`
