import type { TourAct } from './tour-script.ts'

const call = (name: string, args: Record<string, unknown>) => [{ name, arguments: args }]

const byMonth =
  "SELECT strftime(date, '%Y-%m') AS month, round(sum(amount)) AS sales FROM sales GROUP BY month ORDER BY month"

/** Questions about the files in `scripts/tour`, and about what a person said before. */
export const tourActs: readonly TourAct[] = [
  {
    asks: /chart the sales by month/i,
    title: 'Sales by month',
    denied: 'I looked at nothing. Say what you would like to know about the file.',
    steps: [
      () => ({ text: 'First, what is in the file.', toolCalls: call('describe_data', { path: 'sales.csv' }) }),
      () => ({ toolCalls: call('query_data', { sql: byMonth, about: 'sales by month' }) }),
      () => ({
        toolCalls: call('draw_chart', { type: 'bar', title: 'Sales by month, 2025', sql: byMonth, unit: ' €' }),
      }),
      () => ({
        text: 'Two months stand out: **November** (22,995 €) and **December** (29,010 €) hold 30% of the year. March was the weakest, at 9,803 €.\n\nMost of it is blankets. Their sales more than double from October to December, from 7,366 € to 16,646 €.',
      }),
    ],
  },
  {
    asks: /failing test|test that fails/i,
    title: 'A test that fails',
    denied:
      'Nothing was changed. Say what you want instead, or change `price.js` yourself: the comparison in `linePrice` leaves out the tenth piece.',
    deniedCalls: {
      git_commit:
        'I did not commit. `price.js` keeps the change, and all five tests pass with it. Commit it yourself, tell me another message, or take the change back with “Restore to before this” on its row.',
    },
    steps: [
      () => ({ text: 'I run the tests first, to see what fails.', toolCalls: call('run_tests', {}) }),
      () => ({
        text: 'One case fails: ten pieces should be a tenth cheaper. I read the code that decides it.',
        toolCalls: call('read_file', { path: 'price.js' }),
      }),
      () => ({
        text: '`price.js:7` compares with `>`, so the discount begins at the eleventh piece. Its comment says ten, and so does the test.',
        toolCalls: call('edit_file', {
          path: 'price.js',
          edits: [{ old_text: 'pieces > DISCOUNT_FROM', new_text: 'pieces >= DISCOUNT_FROM' }],
        }),
      }),
      () => ({ text: 'Now the tests again.', toolCalls: call('run_tests', {}) }),
      () => ({
        text: 'All pass. I commit the change.',
        toolCalls: call('git_commit', {
          message: 'Give the discount from the tenth piece on\n\nThe comparison left it out.',
          paths: ['price.js'],
        }),
      }),
      () => ({
        text: 'The failing test was right: `linePrice` gave the discount from the **eleventh** piece on, because `price.js:7` compared with `>`.\n\nI changed it to `>=`, ran the tests again (all five pass) and committed it. “Restore to before this” on the row of the change takes it back.',
      }),
    ],
  },
  {
    asks: /remember that my project/i,
    title: 'The project Foxglove',
    denied: 'I did not keep it.',
    steps: [
      () => ({
        toolCalls: call('remember', {
          fact: 'The project is called Foxglove and ships in March.',
          quote: 'my project is called Foxglove and ships in March',
        }),
      }),
      () => ({ text: 'I will know it in your other chats. Settings, Memory shows everything that is kept.' }),
    ],
  },
  {
    asks: /what did i tell you about my project/i,
    title: 'What you said about the project',
    denied: 'I looked nowhere else.',
    steps: [
      ({ system }) => ({
        text: /Foxglove/.test(system)
          ? 'That it is called **Foxglove** and ships in **March**. The line above this answer says where you said so.'
          : 'Nothing that is kept. Ask an assistant to remember it, say yes when it asks, and ask me again.',
      }),
    ],
  },
]
