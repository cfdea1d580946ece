import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Env } from '../../env.ts'
import type { Logger } from '../../logging/create-logger.ts'
import type { Traces } from './open-traces.ts'
import { createRunSpans } from './run-spans.ts'

type Options = Omit<Env['traces'], 'endpoint'> & { endpoint: string }

/** A collector that is away or slow costs this many spans of memory, and then the newest ones. */
const mostWaiting = 4_096
const sendEveryMs = 2_000
const sendTimeoutMs = 10_000

/** Sends by OTLP, as protobuf over HTTP, to `<endpoint>/v1/traces`. */
export function startTraces(
  { endpoint, headers, service, content }: Options,
  logger: Pick<Logger, 'warn' | 'info'>,
): Traces {
  const exporter = told(
    new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers, timeoutMillis: sendTimeoutMs }),
    logger,
  )
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: mostWaiting,
        scheduledDelayMillis: sendEveryMs,
        exportTimeoutMillis: sendTimeoutMs,
      }),
    ],
  })
  return {
    runs: createRunSpans(provider.getTracer('reynard'), { content }),
    // A collector that is gone by then was told of already.
    close: () => provider.shutdown().catch(() => {}),
  }
}

/** The same exporter; the log says once that spans are lost, and once that they arrive again. Neither names the address or its keys. */
function told(exporter: SpanExporter, logger: Pick<Logger, 'warn' | 'info'>): SpanExporter {
  let isLost = false
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.code !== 0
        if (failed && !isLost) logger.warn('traces could not be sent: see OTEL_EXPORTER_OTLP_ENDPOINT')
        if (!failed && isLost) logger.info('traces are sent again')
        isLost = failed
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
