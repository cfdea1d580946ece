export type { BuiltInAssistant } from './assistants/assistant.ts'
export { ASSISTANTS } from './assistants/registry.ts'
export type { AttachedFiles } from './attached-files.ts'
export type { EngineCall, EngineCallObserver } from './engine-call.ts'
export { type AgentMessage, fitContext } from './fit-context.ts'
export { answerPlainly } from './loop/answer-plainly.ts'
export { type AnswerStep, answerSteps } from './loop/answer-steps.ts'
export { cleanText } from './loop/clean-output.ts'
export { runTurn } from './loop/run-turn.ts'
export { toolTokens } from './loop/tool-definition.ts'
export {
  type CallDecision,
  type CallLedger,
  type CallScreen,
  defaultTurnLimits,
  type PendingCall,
  type ToolMode,
  type Turn,
  type TurnClock,
  type TurnHost,
  type TurnLimits,
  type TurnPart,
  type TurnRequest,
} from './loop/turn.ts'
export { makeSummary, type SummarisedMessage, summaryTokens } from './make-summary.ts'
export { makeTitle, titleFromPrompt } from './make-title.ts'
export type { RecalledFact } from './recall-block.ts'
export type { AgentPart, AgentRequest } from './run-agent.ts'
export { createTokenEstimator, roughTokens, type TokenEstimator } from './token-estimator.ts'
export type { ChatQuery, ChatSearch, FoundMessage } from './tools/chats/chat-search.ts'
export { extractDocument } from './tools/documents/extract-document.ts'
export { documentText } from './tools/documents/read-document.ts'
export { mayHoldSecrets } from './tools/files/secret-files.ts'
export { TOOLS } from './tools/registry.ts'
export {
  type AnyTool,
  defineTool,
  type Tool,
  type ToolCallContext,
  type ToolNeed,
  type ToolOutput,
} from './tools/tool.ts'
export type { FolderChange, FolderProject, GitPort, ToolMemory, ToolSession } from './tools/tool-session.ts'
export type { FoundPage, WebAccess, WebCall, WebQuery } from './tools/web/web-access.ts'
