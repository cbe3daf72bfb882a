import { Type } from 'typebox';
import { checkDuration, Duration } from '../duration.ts';
import { DEFAULT_LANE, defineKind } from './kind.ts';

export const kind = defineKind({
  kind: 'delay',
  description: 'Waits for a time. Uses no worker meanwhile. Output: {}.',
  lane: DEFAULT_LANE,
  waitsFor: 'delay',
  expandsItems: false,
  withRequired: true,
  defaultTimeoutMs: null,
  with: Type.Object({ duration: Duration('How long to wait.') }, { additionalProperties: false }),
  checkWritten: ({ duration }, { addFaults }) => addFaults(checkDuration(duration), '/duration'),
});
