import { randomBytes } from 'node:crypto';

/** Places where AIO may hold a secret. None of them may appear in a span. */
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

/** A unique word for each place. */
export function createCanaries(): Canaries {
  const words = PLACES.map((place) => [place, `canary-${place}-${randomBytes(6).toString('hex')}`]);
  return Object.fromEntries(words) as Canaries;
}

/** The places whose word is in the text. */
export function findCanaries(canaries: Canaries, text: string): string[] {
  return PLACES.filter((place) => text.includes(canaries[place]));
}
