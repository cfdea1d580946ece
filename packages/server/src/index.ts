export { type Env, type EnvSource, readEnv, unknownSettings } from './env.ts'
export { type OpenServerOptions, openServer, type ReynardServer } from './open-server.ts'
export { answerHealthWhileOpening } from './rest/opening-health.ts'
