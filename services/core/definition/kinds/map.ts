import { Type } from 'typebox';
import { DEFAULT_LANE, defineKind } from './kind.ts';

/** Its own fields (`over`, `concurrency`, `step`) stand in the step itself: see `schema.ts`. */
export const kind = defineKind({
  kind: 'map',
  description:
    'Runs its `step` once per item of `over`. Output: the outputs in the order of the items.',
  lane: DEFAULT_LANE,
  slots: null,
  waitsFor: null,
  expandsItems: true,
  withRequired: false,
  defaultTimeoutMs: null,
  secretFields: [],
  literalFields: [],
  with: Type.Object({}, { additionalProperties: false }),
});
