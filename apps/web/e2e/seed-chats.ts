/** Chats made of an export, through the same door as a person's import. `daysOld` counts back from now. */
export async function seedChats(
  url: string,
  chats: { title: string; question: string; answer: string; daysOld?: number }[],
) {
  const conversations = chats.map(({ title, question, answer, daysOld = 0 }, index) => {
    const createdAt = Date.now() - daysOld * 86_400_000 - index * 1000
    return {
      title,
      createdAt,
      settings: {},
      activeLeafId: 'answer',
      messages: [
        { id: 'question', parentId: null, role: 'user', text: question, createdAt },
        { id: 'answer', parentId: 'question', role: 'assistant', text: answer, createdAt },
      ],
    }
  })
  const response = await fetch(`${url}/api/trpc/chat.import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ format: 'reynard-conversations', version: 1, conversations }),
  })
  if (!response.ok) throw new Error(`The chats were not taken: ${await response.text()}`)
}
