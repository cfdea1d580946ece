import type { BuiltInAssistant } from './assistant.ts'
import { codewolf } from './codewolf.ts'
import { reynard } from './reynard.ts'

/** Every assistant that comes with Reynard, one line each, in the order in which people are shown them. */
export const ASSISTANTS: readonly BuiltInAssistant[] = [reynard, codewolf]
