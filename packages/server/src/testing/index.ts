export { formatTrpcError } from '../http/error-map.ts'
export { createHttpHandlers } from '../http/http-handlers.ts'
