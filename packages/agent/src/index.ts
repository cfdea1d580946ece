export { type AgentMessage, fitContext } from './fit-context.ts'
export { makeTitle, titleFromPrompt } from './make-title.ts'
export { type AgentPart, type AgentRequest, runAgent } from './run-agent.ts'
export { createTokenEstimator, type TokenEstimator } from './token-estimator.ts'
