/** Parses untrusted JSON. */

import secureJson from 'secure-json-parse';
import { AioError } from '../errors.ts';
import { exceedsDepth, levelsOf } from './size.ts';

export const MAX_JSON_DEPTH = 64;

/**
 * Parses an untrusted JSON text. Refuses deep nesting, numbers that a double cannot hold, and keys that could
 * reach a prototype (`__proto__`, `constructor.prototype`). Of members with the same key, the last one counts.
 * Errors do not quote the text, which may hold a secret.
 *
 * @param maxDepth nesting of objects and arrays
 * @throws AioError `bad_json`, `too_deep`; details: hint, and line and column if known
 */
export function parseJson(text: string, maxDepth = MAX_JSON_DEPTH): unknown {
  let value: unknown;
  try {
    value = secureJson.parse(text);
  } catch (error) {
    throw explain((error as Error).message, error);
  }
  if (exceedsDepth(value, maxDepth))
    throw new AioError('too_deep', `nested more than ${maxDepth} levels deep`, {
      details: { hint: 'flatten it' },
    });
  // JSON.parse turns a number out of range into Infinity, which JSON.stringify would turn into null.
  for (const level of levelsOf(value))
    if (level.includes(Infinity) || level.includes(-Infinity))
      throw badJson('a number is out of range', 'use numbers between -1.79e308 and 1.79e308');
  return value;
}

function explain(message: string, cause: unknown): AioError {
  if (message.includes('forbidden prototype property'))
    return badJson(
      'the keys __proto__ and constructor.prototype are not allowed',
      'rename the key',
      cause,
    );
  const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
  const withoutText = message.replace(/,? ?(\.\.\.)?"[^]*is not valid JSON$/, '');
  return new AioError('bad_json', withoutText || 'not valid JSON', {
    details: {
      hint: 'check the text with a JSON validator',
      ...(line && { line: Number(line), column: Number(column) }),
    },
    cause,
  });
}

function badJson(message: string, hint: string, cause?: unknown): AioError {
  return new AioError('bad_json', message, { details: { hint }, cause });
}
