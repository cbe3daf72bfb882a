import { Type } from 'typebox';
import { DEFAULT_LANE, defineKind } from './kind.ts';

export const kind = defineKind({
  kind: 'transform',
  description: 'Computes a value with expressions. Output: the value.',
  lane: DEFAULT_LANE,
  waitsFor: null,
  expandsItems: false,
  withRequired: true,
  defaultTimeoutMs: 5_000,
  with: Type.Object(
    { value: Type.Unknown({ description: 'Any JSON. Strings may contain expressions.' }) },
    { additionalProperties: false },
  ),
});
