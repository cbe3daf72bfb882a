import type { Gauge } from '@aio/catalog/metrics/instruments';

/** Counts the stream in `gauge` from its first read to its end. */
export async function* whileOpen<Item, Labels>(
  gauge: Gauge<Labels>,
  labels: Labels,
  stream: AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const count = gauge as { inc(labels: Labels): void; dec(labels: Labels): void };
  count.inc(labels);
  try {
    yield* stream;
  } finally {
    count.dec(labels);
  }
}
