import { randomBytes } from 'node:crypto';

/** Where a secret may be found in the product, and what must not be found in a span. */
const PLACES = [
  'input',
  'httpQuery',
  'httpUrlQuery',
  'httpHeader',
  'namedSecret',
  'httpBody',
  'failedBody',
  'prompt',
  'system',
  'openaiKey',
  'anthropicKey',
  'expression',
  'approvalMessage',
  'approvalComment',
  'output',
  'requestHeader',
  'cookie',
  'baggage',
  'idempotencyKey',
  'requestQuery',
] as const;

export type Canaries = Readonly<Record<(typeof PLACES)[number], string>>;

/** A word for each place that is found nowhere else. */
export function createCanaries(): Canaries {
  const words = PLACES.map((place) => [place, `canary-${place}-${randomBytes(6).toString('hex')}`]);
  return Object.fromEntries(words) as Canaries;
}

/** The places whose word the text holds. */
export function findCanaries(canaries: Canaries, text: string): string[] {
  return PLACES.filter((place) => text.includes(canaries[place]));
}
