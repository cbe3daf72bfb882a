import { Type } from 'typebox';
import { DEFAULT_LANE, defineKind } from './kind.ts';

/** Its own fields (`over`, `concurrency`, `step`) stand in the step itself: see `schema.ts`. */
export const map = defineKind({
  kind: 'map',
  description:
    'Runs its `step` once per item of `over`. Output: the outputs in the order of the items.',
  lane: DEFAULT_LANE,
  withRequired: false,
  defaultTimeoutMs: null,
  secretFields: [],
  literalFields: [],
  with: Type.Object({}, { additionalProperties: false }),
});
