const TYPES = { bar: 'Bar chart', line: 'Line chart', area: 'Area chart', scatter: 'Scatter chart' } as const

/** The words round a chart. Titles, names and labels come from tools. */
export const chartMessages = {
  showTable: 'Show as table',
  showChart: 'Show as chart',
  asked: 'What was asked',
  downloadCsv: 'Download CSV',
  empty: 'There is nothing to draw.',
  none: '–',
  kind: (type: keyof typeof TYPES) => TYPES[type],
  keys: 'Left and right step through the points.',
  change: (name: string, from: string, fromAt: string, to: string, toAt: string) =>
    `${name} goes from ${from} at ${fromAt} to ${to} at ${toAt}`,
  most: (series: number) => `, the most of ${series}`,
  bounds: (highest: string, highestAt: string, lowest: string, lowestAt: string) =>
    `Highest is ${highestAt} with ${highest}, lowest ${lowestAt} with ${lowest}`,
  one: (value: string, at: string) => `${at} has ${value}`,
  cloud: (points: number, fromX: string, toX: string, fromY: string, toY: string) =>
    `${points} points, from ${fromX} to ${toX} across and from ${fromY} to ${toY} up`,
} as const
