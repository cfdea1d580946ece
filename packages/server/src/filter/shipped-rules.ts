import type { FilterAction } from '@reynard/protocol'
import type { CheckedRule } from './compile-rules.ts'
import { passesLuhn } from './luhn.ts'

type Shipped = {
  id: string
  name: string
  pattern: string
  window: number
  action?: FilterAction
  check?: CheckedRule['check']
}

const shipped: Shipped[] = [
  // Its lines are longer than any window: where one begins, nothing more goes on.
  {
    id: 'private-key',
    name: 'Private key',
    pattern: '-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----',
    window: 100,
    action: 'block',
  },
  { id: 'aws-key', name: 'AWS key', pattern: String.raw`\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b`, window: 20 },
  {
    id: 'github-token',
    name: 'GitHub token',
    pattern: String.raw`\b(?:gh[pousr]_[0-9A-Za-z]{36,200}|github_pat_[0-9A-Za-z_]{40,200})`,
    window: 256,
  },
  {
    id: 'gitlab-token',
    name: 'GitLab token',
    pattern: String.raw`\bgl(?:pat|dt|rt|cbt|ptt)-[0-9A-Za-z_.-]{20,200}`,
    window: 220,
  },
  {
    id: 'api-key',
    name: 'API key',
    pattern: String.raw`\b(?:sk|pk|rk)[-_](?:[a-z0-9]{2,10}[-_]){0,4}[0-9A-Za-z_-]{20,200}`,
    window: 256,
    // Names of classes and files look like it, but for their digits.
    check: (match) => /[0-9]/.test(match.slice(3)),
  },
  { id: 'google-key', name: 'Google key', pattern: String.raw`\bAIza[0-9A-Za-z_-]{35}`, window: 39 },
  { id: 'slack-token', name: 'Slack token', pattern: String.raw`\bxox[abeoprs]-[0-9A-Za-z-]{10,200}`, window: 210 },
  { id: 'hugging-face-token', name: 'Hugging Face token', pattern: String.raw`\bhf_[0-9A-Za-z]{30,60}\b`, window: 64 },
  { id: 'npm-token', name: 'npm token', pattern: String.raw`\bnpm_[0-9A-Za-z]{36}\b`, window: 40 },
  {
    id: 'json-web-token',
    name: 'JSON web token',
    pattern: String.raw`\beyJ[0-9A-Za-z_-]{10,200}|\.eyJ[0-9A-Za-z_-]{10,250}|\.[0-9A-Za-z_-]{43,250}`,
    window: 256,
  },
]

const card: CheckedRule = {
  id: 'card-number',
  name: 'Card number',
  match: { kind: 'pattern', pattern: String.raw`\b[2-6](?:[ -]?[0-9]){12,18}\b` },
  ignoreCase: false,
  window: 40,
  places: ['input', 'output', 'tools'],
  action: 'redact',
  enabled: true,
  check: passesLuhn,
}

/** What the switch for secrets brings: forms that say themselves what they are. A password has none. */
export const SHIPPED_RULES: readonly CheckedRule[] = [
  ...shipped.map(
    ({ id, name, pattern, window, action = 'redact', check }): CheckedRule => ({
      ...{ id: `shipped-${id}`, name, window, action },
      ...(check !== undefined && { check }),
      match: { kind: 'pattern', pattern },
      ignoreCase: false,
      places: ['input', 'output', 'tools'],
      enabled: true,
    }),
  ),
  card,
]
