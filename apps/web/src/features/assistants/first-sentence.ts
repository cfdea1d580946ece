/** What a person is told of a tool: the rest of its description is for the model. */
export const firstSentence = (description: string): string => /^.+?[.!?](?=\s|$)/s.exec(description)?.[0] ?? description
