import { MAX_OUTPUT_BYTES } from '../definition/limits.ts';
import { AioError } from '../errors.ts';

/** PostgreSQL's parser recurses, and refuses a document of some thousand levels. */
export const MAX_OUTPUT_DEPTH = 100;

/**
 * The JSON text of an output, as it is stored. `undefined` becomes null.
 * @throws AioError `output_too_large`, `output_too_deep` or `output_not_json`
 */
export function toOutputText(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value ?? null) ?? 'null';
  } catch (cause) {
    throw new AioError('output_not_json', 'The output cannot be converted to JSON.', { cause });
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_OUTPUT_BYTES) {
    throw new AioError(
      'output_too_large',
      `The output has ${bytes} bytes of JSON, but the limit is ${MAX_OUTPUT_BYTES}. Return less, or a reference to the data.`,
      { details: { bytes, limit: MAX_OUTPUT_BYTES } },
    );
  }
  if (typeof value === 'object' && depthOf(text) > MAX_OUTPUT_DEPTH) {
    throw new AioError(
      'output_too_deep',
      `The output is nested more than ${MAX_OUTPUT_DEPTH} levels deep.`,
      { details: { limit: MAX_OUTPUT_DEPTH } },
    );
  }
  return text;
}

/** NUL and half surrogate pairs become the replacement character. */
function toStorableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/**
 * JSON text that queries read inside the database (`->>`). They would fail on text that PostgreSQL cannot hold.
 * Outputs do not need this, since the database never reads them.
 */
export function toReadableJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? toStorableText(part) : part,
  );
}

function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const char = json.charCodeAt(at);
    if (inString) {
      if (char === BACKSLASH) at++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) {
      inString = true;
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      deepest = Math.max(deepest, ++depth);
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      depth--;
    }
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
