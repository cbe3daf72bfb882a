import { after } from 'node:test';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { idGenerator } from '../span-ids.ts';

/** Starts the SDK for the tests of a file and keeps ended spans in memory. */
export function collectSpans() {
  let ended: ReadableSpan[] = [];
  let look = () => undefined as void;
  const sdk = new NodeSDK({
    idGenerator,
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd(span) {
          ended.push(span);
          look();
        },
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  });
  sdk.start();
  after(() => sdk.shutdown());

  return {
    /** Removes and returns the spans that have ended, as soon as `count` have the name. */
    take(name: string, count = 1): Promise<ReadableSpan[]> {
      return new Promise((resolve) => {
        look = () => {
          if (ended.filter((span) => span.name === name).length < count) return;
          look = () => undefined;
          resolve(ended);
          ended = [];
        };
        look();
      });
    },
  };
}

/** Each span as `parent > name`; a parent outside of the spans is `-`. */
export function edgesOf(spans: readonly ReadableSpan[]): string[] {
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  return spans
    .map(({ name, parentSpanContext: above }) => {
      return `${names.get(above?.spanId ?? '') ?? '-'} > ${name}`;
    })
    .sort();
}

/** Everything that an exporter would send of the spans, besides names and ids. */
export function contentOf(spans: readonly ReadableSpan[]): string {
  return JSON.stringify(
    spans.map(({ attributes, events, status }) => ({ attributes, events, status })),
  );
}
