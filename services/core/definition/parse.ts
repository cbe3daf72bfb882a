/** Reads a definition as it was posted. */

import { AioError } from '../errors.ts';
import { parseJson } from '../json/parse-json.ts';
import { MAX_DEFINITION_BYTES, MAX_DEFINITION_DEPTH } from './limits.ts';
import { parseYaml } from './parse-yaml.ts';

export type DefinitionMediaType = 'application/json' | 'application/yaml';

/**
 * Parses a definition; what it says is for `validateDefinition`.
 *
 * @throws AioError `bad_json`, `bad_yaml` or `too_deep` (details: hint, and line and column where known),
 *   `too_large` (details: limitBytes)
 */
export function parseDefinition(source: string, mediaType: DefinitionMediaType): unknown {
  if (Buffer.byteLength(source) > MAX_DEFINITION_BYTES) {
    throw new AioError('too_large', `a definition may have ${MAX_DEFINITION_BYTES} bytes at most`, {
      details: { limitBytes: MAX_DEFINITION_BYTES },
    });
  }
  if (mediaType === 'application/yaml') return parseYaml(source);
  return parseJson(source, { maxDepth: MAX_DEFINITION_DEPTH });
}
