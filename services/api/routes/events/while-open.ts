import type { Gauge } from '@aio/catalog/metrics/instruments';

/** Counts the stream in `gauge` from its first read to its end. */
export async function* whileOpen<Item>(
  gauge: Gauge<{}>,
  stream: AsyncIterable<Item>,
): AsyncGenerator<Item> {
  gauge.inc({});
  try {
    yield* stream;
  } finally {
    gauge.dec({});
  }
}
