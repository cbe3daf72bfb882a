/** `node --import` of this file: at its end, the process prints its spans as a tree. */
import { SpanKind } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

const ended: ReadableSpan[] = [];
const sdk = new NodeSDK({
  instrumentations: [],
  metricReaders: [],
  logRecordProcessors: [],
  spanProcessors: [
    {
      onStart: () => undefined,
      onEnd: (span) => void ended.push(span),
      forceFlush: async () => undefined,
      shutdown: async () => undefined,
    },
  ],
});
sdk.start();

process.once('exit', () => {
  const ids = new Set(ended.map((span) => span.spanContext().spanId));
  const below = Map.groupBy(ended, ({ parentSpanContext: above }) =>
    above && ids.has(above.spanId) ? above.spanId : '',
  );
  const print = (parent: string, depth: number): void => {
    for (const span of below.get(parent) ?? []) {
      const { name, kind } = span;
      console.log(`${'  '.repeat(depth)}${name} (${SpanKind[kind].toLowerCase()})`);
      print(span.spanContext().spanId, depth + 1);
    }
  };
  print('', 0);
});
