import { createHash } from 'node:crypto';
import { parseDefinition } from '@aio/core/definition/parse';
import type { WorkflowDefinition } from '@aio/core/definition/schema';
import { validateDefinition } from '@aio/core/definition/validate';
import type { Fault } from '@aio/core/errors';
import { describePosition } from '@aio/core/text/position';
import { findUnstorableText } from '@aio/core/text/unstorable-text';
import type { Source } from '../../http/define-route.ts';

/** Plain data, so that a thread can post it. */
export type ReadDefinition =
  | { faults: []; definition: ValidDefinition }
  | { faults: Fault[]; definition: null };

/** The parts of a definition that the API stores. */
export interface ValidDefinition {
  name: string;
  /** The definition as JSON text. */
  json: string;
  /** Hash that ignores the order of keys. */
  checksum: string;
}

/**
 * Parses and validates a definition. The largest take more than a second, so the API does it in a thread.
 * @throws AioError `bad_json`, `bad_yaml`, `too_deep`, `too_large`
 */
export function readDefinition({ text, mediaType }: Source): ReadDefinition {
  const value = parseDefinition(text, mediaType);
  const faults = [...findUnstorableText(value), ...validateDefinition(value)];
  if (faults.length === 0) faults.push(...findNul(text));
  if (faults.length > 0) return { faults, definition: null };
  const definition = value as WorkflowDefinition;
  const json = JSON.stringify(definition);
  return {
    faults: [],
    definition: { name: definition.name, json, checksum: checksumOf(definition) },
  };
}

/** The API also stores the source, whose comments may contain NUL. */
function findNul(source: string): Fault[] {
  const at = source.indexOf('\0');
  if (at === -1) return [];
  const { line, column } = describePosition(source, at);
  const message = `contains a NUL character in line ${line}, column ${column}`;
  return [{ pointer: '', rule: 'text', message, hint: 'remove it' }];
}

function checksumOf(definition: WorkflowDefinition): string {
  // Keeps the order of steps, because runs show it.
  const { steps, ...rest } = definition;
  const canonical = JSON.stringify([sortKeys(rest), Object.entries(steps).map(sortKeys)]);
  return createHash('sha256').update(canonical).digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sortKeys(member)]));
}
