import { Type } from 'typebox';
import { DEFAULT_LANE, defineKind } from './kind.ts';

export const transform = defineKind({
  kind: 'transform',
  description: 'Computes a value from what is in scope. Output: the value.',
  lane: DEFAULT_LANE,
  withRequired: true,
  defaultTimeoutMs: 5_000,
  secretFields: [],
  literalFields: [],
  with: Type.Object(
    { value: Type.Unknown({ description: 'Any JSON; its strings may be templates.' }) },
    { additionalProperties: false },
  ),
});
