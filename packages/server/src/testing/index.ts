export { formatTrpcError } from '../http/error-map.ts'
export { createHttpHandlers } from '../http/http-handlers.ts'
export { openTestServer, type TestServer, type TestServerOptions } from './open-test-server.ts'
export { createTestKit } from './test-kit.ts'
