import type { ModelCapability } from '@reynard/protocol'

/** A model of the hub that is known by file, size and, where published, checksum. */
export type CatalogEntry = {
  id: string
  label: string
  description: string
  license: string
  repository: string
  file: string
  /** A commit where one is known, so that the bytes stay what they were; else the branch. */
  revision: string
  sizeBytes: number
  /** False where only a rounded size is published: the download then believes the hub's header. */
  sizeIsExact: boolean
  sha256: string | null
  contextTokens: number
  /** Memory per token of one conversation's window, from the model's shape (layers × key/value width × 2 × 2 bytes). */
  windowBytesPerToken: number
  capabilities: ModelCapability[]
}

const apache = 'Apache-2.0'

/** The first one is the starter: the only model that is ever fetched unasked. */
export const catalog: readonly CatalogEntry[] = [
  {
    id: 'qwen2.5-0.5b-instruct',
    label: 'Qwen2.5 0.5B Instruct',
    description: 'Small and quick, speaks 29 languages. For trying out and short tasks.',
    license: apache,
    repository: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF',
    file: 'qwen2.5-0.5b-instruct-q4_k_m.gguf',
    revision: '9217f5db79a29953eb74d5343926648285ec7e67',
    sizeBytes: 491_400_032,
    sizeIsExact: true,
    sha256: '74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db',
    contextTokens: 32_768,
    windowBytesPerToken: 12_288,
    capabilities: ['completion', 'tools'],
  },
  {
    id: 'qwen2.5-1.5b-instruct',
    label: 'Qwen2.5 1.5B Instruct',
    description: 'Still small, clearly better in sense and style.',
    license: apache,
    repository: 'Qwen/Qwen2.5-1.5B-Instruct-GGUF',
    file: 'qwen2.5-1.5b-instruct-q4_k_m.gguf',
    revision: 'main',
    sizeBytes: 1_117_320_736,
    sizeIsExact: true,
    sha256: '6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e',
    contextTokens: 32_768,
    windowBytesPerToken: 28_672,
    capabilities: ['completion', 'tools'],
  },
  {
    id: 'qwen3.5-2b',
    label: 'Qwen3.5 2B',
    description: 'Newer, can think before it answers; switched off, it answers faster.',
    license: apache,
    repository: 'unsloth/Qwen3.5-2B-GGUF',
    file: 'Qwen3.5-2B-Q4_K_M.gguf',
    revision: 'f6d5376be1edb4d416d56da11e5397a961aca8ae',
    sizeBytes: 1_280_835_840,
    sizeIsExact: true,
    sha256: 'aaf42c8b7c3cab2bf3d69c355048d4a0ee9973d48f16c731c0520ee914699223',
    contextTokens: 262_144,
    windowBytesPerToken: 28_672,
    capabilities: ['completion', 'tools', 'thinking'],
  },
  {
    id: 'qwen3-4b-instruct-2507',
    label: 'Qwen3 4B Instruct',
    description: 'A good helper for a computer with 16 GB and no graphics card.',
    license: apache,
    repository: 'unsloth/Qwen3-4B-Instruct-2507-GGUF',
    file: 'Qwen3-4B-Instruct-2507-Q4_K_M.gguf',
    revision: 'main',
    sizeBytes: 2_497_281_120,
    sizeIsExact: true,
    sha256: null,
    contextTokens: 262_144,
    windowBytesPerToken: 147_456,
    capabilities: ['completion', 'tools'],
  },
  {
    id: 'qwen3.5-4b',
    label: 'Qwen3.5 4B',
    description: 'Newer of its size, can think before it answers.',
    license: apache,
    repository: 'unsloth/Qwen3.5-4B-GGUF',
    file: 'Qwen3.5-4B-Q4_K_M.gguf',
    revision: 'e87f176479d0855a907a41277aca2f8ee7a09523',
    sizeBytes: 2_740_000_000,
    sizeIsExact: false,
    sha256: null,
    contextTokens: 262_144,
    windowBytesPerToken: 147_456,
    capabilities: ['completion', 'tools', 'thinking'],
  },
  {
    id: 'qwen3.5-9b',
    label: 'Qwen3.5 9B',
    description: 'The best of this list, for a graphics card or for patience.',
    license: apache,
    repository: 'unsloth/Qwen3.5-9B-GGUF',
    file: 'Qwen3.5-9B-Q4_K_M.gguf',
    revision: 'main',
    sizeBytes: 5_680_000_000,
    sizeIsExact: false,
    sha256: null,
    contextTokens: 262_144,
    windowBytesPerToken: 147_456,
    capabilities: ['completion', 'tools', 'thinking'],
  },
  {
    id: 'nomic-embed-text-v1.5',
    label: 'Nomic Embed Text 1.5',
    description: 'Turns English text into vectors, for search by meaning.',
    license: apache,
    repository: 'nomic-ai/nomic-embed-text-v1.5-GGUF',
    file: 'nomic-embed-text-v1.5.Q8_0.gguf',
    revision: '0188c9bf409793f810680a5a431e7b899c46104c',
    sizeBytes: 146_146_432,
    sizeIsExact: true,
    sha256: '3e24342164b3d94991ba9692fdc0dd08e3fd7362e0aacc396a9a5c54a544c3b7',
    contextTokens: 2048,
    windowBytesPerToken: 0,
    capabilities: ['embedding'],
  },
  {
    id: 'qwen3-embedding-0.6b',
    label: 'Qwen3 Embedding 0.6B',
    description: 'Turns text of many languages into vectors, for search by meaning.',
    license: apache,
    repository: 'Qwen/Qwen3-Embedding-0.6B-GGUF',
    file: 'Qwen3-Embedding-0.6B-Q8_0.gguf',
    revision: '370f27d7550e0def9b39c1f16d3fbaa13aa67728',
    sizeBytes: 640_000_000,
    sizeIsExact: false,
    sha256: '06507c7b42688469c4e7298b0a1e16deff06caf291cf0a5b278c308249c3e439',
    contextTokens: 32_768,
    windowBytesPerToken: 0,
    capabilities: ['embedding'],
  },
]

/** The name that the file gets in the models folder, and so in every list. */
export function catalogModelName(entry: CatalogEntry): string {
  return entry.file.replace(/\.gguf$/, '')
}
