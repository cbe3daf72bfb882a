/** Parses a submitted definition. */

import { AioError } from '../errors.ts';
import { parseJson } from '../json/parse-json.ts';
import { MAX_DEFINITION_BYTES, MAX_DEFINITION_DEPTH } from './limits.ts';
import { parseYaml } from './parse-yaml.ts';

export type DefinitionMediaType = 'application/json' | 'application/yaml';

/**
 * Parses a definition without validating it.
 *
 * @throws AioError `bad_json`, `bad_yaml` or `too_deep` (details: hint, and line and column if known),
 *   `too_large` (details: limitBytes)
 */
export function parseDefinition(source: string, mediaType: DefinitionMediaType): unknown {
  if (Buffer.byteLength(source) > MAX_DEFINITION_BYTES) {
    throw new AioError('too_large', `a definition can have at most ${MAX_DEFINITION_BYTES} bytes`, {
      details: { limitBytes: MAX_DEFINITION_BYTES },
    });
  }
  if (mediaType === 'application/yaml') return parseYaml(source);
  return parseJson(source, MAX_DEFINITION_DEPTH);
}
