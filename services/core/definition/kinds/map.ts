import { Type } from 'typebox';
import { DEFAULT_LANE, defineKind } from './kind.ts';

/** `schema.ts` defines the fields of a map: `over`, `concurrency`, `step`. */
export const kind = defineKind({
  kind: 'map',
  description:
    'Runs its `step` for each item of `over`. Output: the list of outputs, in the order of the items.',
  lane: DEFAULT_LANE,
  waitsFor: null,
  expandsItems: true,
  withRequired: false,
  defaultTimeoutMs: null,
  with: Type.Object({}, { additionalProperties: false }),
});
