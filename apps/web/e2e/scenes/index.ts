import { adminStage } from './admin-scenes.ts'
import { assistantStage } from './assistant-scenes.ts'
import { attachmentStage } from './attachment-scenes.ts'
import { chatStage } from './chat-scenes.ts'
import { codeStage } from './code-scenes.ts'
import { dataStage } from './data-scenes.ts'
import { fileStage } from './file-scenes.ts'
import { firstRunStage } from './first-run-scenes.ts'
import { memoryStage } from './memory-scenes.ts'
import { projectStage } from './project-scenes.ts'
import { stateStage } from './state-scenes.ts'
import { tourStage } from './tour-scenes.ts'
import { waitingStage } from './waiting-scenes.ts'
import { webStage } from './web-scenes.ts'
import { workspaceStage } from './workspace-scenes.ts'

/** Every state of the app that a person can meet, on the servers that it takes. */
export const stages = [
  chatStage,
  waitingStage,
  assistantStage,
  stateStage,
  attachmentStage,
  dataStage,
  codeStage,
  memoryStage,
  workspaceStage,
  projectStage,
  fileStage,
  tourStage,
  firstRunStage,
  webStage,
  adminStage,
]
