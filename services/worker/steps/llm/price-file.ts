import { readFileSync } from 'node:fs';
import { interpretSchema } from '@aio/core/json/interpret-schema';
import { EnvironmentError } from '@aio/platform/settings/environment';
import type { Price, Prices } from './prices.ts';
import builtIn from './prices.json' with { type: 'json' };

const USD = { type: 'number', minimum: 0, maximum: 1_000_000 };
const PRICE = object({ input: USD, cached: USD, cacheWrite: USD, output: USD });
const validate = interpretSchema(
  object({
    date: { type: 'string', pattern: String.raw`^\d{4}-\d{2}-\d{2}$` },
    sources: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
    usdPerMTok: {
      type: 'object',
      patternProperties: { [String.raw`^(openai|anthropic)/\S+$`]: PRICE },
      additionalProperties: false,
    },
  }),
);

const FORMAT =
  'PRICES_FILE: names of models begin with openai/ or anthropic/; services/worker/steps/llm/README.md has the format';

/**
 * The built-in prices, under those of an own file.
 * @param file path of the own file; null = none
 * @throws EnvironmentError if the file is unreadable or invalid
 */
export function readPrices(file: string | null): Prices {
  const own = file === null ? {} : parse(file);
  return new Map([...Object.entries<Price>(builtIn.usdPerMTok), ...Object.entries(own)]);
}

function parse(file: string): Record<string, Price> {
  const content = tryTo(
    () => readFileSync(file, 'utf8'),
    (why) => `cannot read the file (${why}); mount it, or correct the path`,
    file,
  );
  const prices = tryTo(
    () => JSON.parse(content) as unknown,
    (why) => `the file is not JSON (${why}); correct it`,
    file,
  );
  const faults = validate(prices);
  if (faults.length > 0)
    throw new EnvironmentError([
      ...faults.map(
        ({ pointer, message, hint }) => `PRICES_FILE ${file} at "${pointer}": ${message}; ${hint}`,
      ),
      FORMAT,
    ]);
  return (prices as typeof builtIn).usdPerMTok;
}

function tryTo<T>(work: () => T, explain: (why: string) => string, file: string): T {
  try {
    return work();
  } catch (error) {
    throw new EnvironmentError([`PRICES_FILE ${file}: ${explain((error as Error).message)}`]);
  }
}

function object(properties: Record<string, object>): object {
  return {
    type: 'object',
    required: Object.keys(properties),
    properties,
    additionalProperties: false,
  };
}
