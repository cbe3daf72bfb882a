/** Parses untrusted JSON. */

import secureJson from 'secure-json-parse';
import { AioError } from '../errors.ts';
import { scanJson } from './scan-json.ts';

export const MAX_JSON_DEPTH = 64;

export interface ParseJsonOptions {
  /** Nesting of objects and arrays; default `MAX_JSON_DEPTH`. */
  maxDepth?: number;
  /** Most objects, arrays and scalars: a short text may have millions, and each takes memory. Default: no limit. */
  maxValues?: number;
}

/**
 * Parses an untrusted JSON text. Refuses deep nesting, duplicate keys, and keys that could reach a
 * prototype (`__proto__`, `constructor.prototype`).
 *
 * @throws AioError `bad_json`, `too_deep`, `too_many_values`; details: hint, and line and column if known
 */
export function parseJson(text: string, options: ParseJsonOptions = {}): unknown {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  scanJson(source, options.maxDepth ?? MAX_JSON_DEPTH, options.maxValues);
  try {
    return secureJson.parse(source);
  } catch (error) {
    const message = (error as Error).message;
    const isForbiddenKey = message.includes('forbidden prototype property');
    throw new AioError(
      'bad_json',
      isForbiddenKey ? 'the keys __proto__ and constructor.prototype are not allowed' : message,
      {
        details: {
          hint: isForbiddenKey ? 'rename the key' : 'check the text with a JSON validator',
        },
        cause: error,
      },
    );
  }
}
