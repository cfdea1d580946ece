/** Where the sandbox shows our rules. */
export const lintConfigPath = '/reynard/lint/oxlint.json'

/** Our own: a project's configuration may load code, and says what it likes of itself. */
export const lintConfig = JSON.stringify({
  plugins: ['typescript', 'unicorn', 'oxc', 'promise'],
  categories: { correctness: 'error', suspicious: 'warn' },
  rules: {
    'eslint/no-shadow': 'off',
    'eslint/no-unused-vars': 'warn',
    'typescript/no-unsafe-type-assertion': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'promise/always-return': 'off',
  },
})
