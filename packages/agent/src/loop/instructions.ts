/** What the loop itself says to the model, at the end of what it reads. In brackets, so that it is not taken for the person's words. */
export const instructions = {
  afterSilence: '[Now answer the person in words, with what you have found out.]',
  last: '[No tool can be used any more. Answer the person now, in words, with what you have.]',
  /** `problem`: what the engine said of it, shown to the model that caused it. */
  unreadableCall: (problem: string) =>
    `[Your last reply held a tool call that could not be read: ${problem.slice(0, 500)}\nWrite the call again, with arguments that are valid JSON, or answer in words.]`,
}
