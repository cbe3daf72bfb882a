/** JSON from outside. */

import secureJson from 'secure-json-parse';
import { AioError } from '../errors.ts';
import { scanJson } from './scan-json.ts';

export const MAX_JSON_DEPTH = 64;

export interface ParseJsonOptions {
  /** Nesting of objects and arrays; default `MAX_JSON_DEPTH`. */
  maxDepth?: number;
  /** Objects, arrays and scalars: a short text may have millions, each of which takes memory. Default: any number. */
  maxValues?: number;
}

/**
 * Parses a JSON text that nobody vouches for. Refuses deep nesting, keys that are there twice, and
 * keys that could reach a prototype (`__proto__`, `constructor.prototype`).
 *
 * @throws AioError `bad_json`, `too_deep`, `too_many_values`; details: hint, and line and column where they are known
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
      isForbiddenKey ? 'a key is __proto__, or constructor.prototype' : message,
      {
        details: {
          hint: isForbiddenKey
            ? 'such keys are refused: rename it'
            : 'check the text with a JSON tool',
        },
        cause: error,
      },
    );
  }
}
