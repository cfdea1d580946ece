import type { ToolGroup } from '@reynard/protocol'

/** What the groups of tools are called, wherever tools are listed or counted by group. */
export const toolGroupNames: Record<ToolGroup, string> = {
  search: 'Search',
  file_ops: 'Files',
  code_execution: 'Running code',
  data_analysis: 'Data',
  code_analysis: 'Code',
  testing: 'Tests',
  documentation: 'Documentation',
  version_control: 'Versions',
  memory: 'Memory',
}
