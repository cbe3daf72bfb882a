/** Dials: how long answers take, how long they are, and how often they fail. */

export const FAULT_KINDS = [
  'rateLimit', // 429 with Retry-After
  'serverError', // 500
  'overloaded', // 529, OpenAI: 503
  'hang', // no answer
  'halfBody', // the answer stops in the middle and the connection closes
  'reset', // the connection is reset before an answer
  'refuse', // the model refuses
  'empty', // the answer is empty
  'truncate', // the answer ends at the token limit
  'badJson', // a structured answer that does not parse
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Dials {
  /** Seed and content of a request decide its answer and its faults. */
  seed: number;
  /** Milliseconds before the first byte of any answer. */
  latencyMs: number;
  /** Milliseconds that a call of `/work` takes longer than it asks for. */
  workMs: number;
  /** Milliseconds from the headers to the first token. */
  firstTokenMs: number;
  /** Milliseconds per token after the first. */
  tokenMs: number;
  /** Tokens of a plain text answer; null = as long as the content makes it. */
  outputTokens: number | null;
  /** Tokens of each prompt read from and written to the vendor's cache. */
  cachedTokens: number;
  cacheWrittenTokens: number;
  /** Tokens of thinking before the answer. */
  reasoningTokens: number;
  /** Longest prompt in tokens. */
  contextTokens: number;
  /** Milliseconds in Retry-After and retry-after-ms of a 429. */
  retryAfterMs: number;
  /** Only this many first calls of a request can fail; null = any call can. */
  faultyCalls: number | null;
  /** A stream waits after so many tokens until the hold `tokens` is released; null = it does not wait. */
  holdAfterTokens: number | null;
  /** Share of requests, 0 to 1, that fail in each way. */
  faults: Partial<Record<FaultKind, number>>;
  /** Dials that are different for a model, by its name. */
  models: Record<string, Partial<Dials>>;
}

export const DEFAULT_DIALS: Dials = {
  seed: 1,
  latencyMs: 5,
  workMs: 0,
  firstTokenMs: 20,
  tokenMs: 1,
  outputTokens: null,
  cachedTokens: 0,
  cacheWrittenTokens: 0,
  reasoningTokens: 0,
  contextTokens: 200_000,
  retryAfterMs: 1000,
  faultyCalls: null,
  holdAfterTokens: null,
  faults: {},
  models: {},
};

/** A dial is wrong. `message` names it and its values. */
export class DialError extends Error {}

/**
 * Merges changes into dials.
 * @param changes an object with some fields of `Dials`
 * @throws DialError for an unknown dial or a value out of range
 */
export function turnDials(dials: Dials, changes: unknown): Dials {
  if (!isRecord(changes)) throw new DialError('dials must be a JSON object');
  const turned: Dials = { ...dials, faults: { ...dials.faults } };
  for (const [name, value] of Object.entries(changes)) {
    if (name === 'faults') turned.faults = { ...turned.faults, ...readFaults(value) };
    else if (name === 'models') turned.models = { ...turned.models, ...readModels(value) };
    else if (isNullable(name) && value === null) turned[name] = null;
    else if (isNumberDial(name)) turned[name] = readAmount(name, value);
    else throw new DialError(`unknown dial ${name}; use one of ${DIAL_NAMES.join(', ')}`);
  }
  return turned;
}

type NumberDial = Exclude<keyof Dials, 'faults' | 'models'>;
const DIAL_NAMES = Object.keys(DEFAULT_DIALS);

const NULLABLE = ['outputTokens', 'faultyCalls', 'holdAfterTokens'] as const;

function isNullable(name: string): name is (typeof NULLABLE)[number] {
  return (NULLABLE as readonly string[]).includes(name);
}

function isNumberDial(name: string): name is NumberDial {
  return name !== 'faults' && name !== 'models' && DIAL_NAMES.includes(name);
}

function readAmount(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new DialError(`${name} must be a number of 0 or more, not ${JSON.stringify(value)}`);
}

function readFaults(value: unknown): Dials['faults'] {
  if (!isRecord(value)) throw new DialError('faults must be an object of kinds and shares');
  for (const [kind, share] of Object.entries(value)) {
    if (!(FAULT_KINDS as readonly string[]).includes(kind))
      throw new DialError(`unknown fault ${kind}; use one of ${FAULT_KINDS.join(', ')}`);
    if (typeof share !== 'number' || !(share >= 0 && share <= 1))
      throw new DialError(
        `faults.${kind} must be a share from 0 to 1, not ${JSON.stringify(share)}`,
      );
  }
  return value;
}

function readModels(value: unknown): Dials['models'] {
  if (!isRecord(value)) throw new DialError('models must be an object of names and dials');
  for (const changes of Object.values(value)) turnDials(DEFAULT_DIALS, changes);
  return value;
}

function isRecord(value: unknown): value is Record<string, never> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
