import { parseDurationMs } from '@aio/core/definition/duration';
import type { Variable } from '@aio/platform/environment';
import type { Rate } from '@aio/platform/resource-rates';
import { define } from '@aio/platform/variables';

/** `openai/gpt-6-luna=60/1m` = all workers together make at most 60 calls of that model per minute. */
export function modelRates(name: string): Variable<ReadonlyMap<string, Rate>> {
  const expected =
    'models with their calls per time, like openai/gpt-6-luna=60/1m, separated by commas';
  return define<ReadonlyMap<string, Rate>>(name, expected, { fallback: new Map() }, (given) => {
    const rates = new Map<string, Rate>();
    for (const part of given.split(',')) {
      const match = /^([^=\s]+\/[^=\s]+)=([1-9]\d{0,6})\/(\w+)$/.exec(part.trim());
      const periodMs = match && parseDurationMs(match[3]!);
      if (!match || !periodMs || rates.has(match[1]!)) return undefined;
      rates.set(match[1]!, { calls: Number(match[2]), periodMs });
    }
    return rates;
  });
}
