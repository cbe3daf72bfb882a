import { Type } from 'typebox';
import { Duration } from '../duration.ts';
import { DEFAULT_LANE, defineKind } from './kind.ts';

export const delay = defineKind({
  kind: 'delay',
  description: 'Waits, without holding a worker. Output: {}.',
  lane: DEFAULT_LANE,
  withRequired: true,
  defaultTimeoutMs: null,
  secretFields: [],
  literalFields: [],
  with: Type.Object({ duration: Duration('How long to wait.') }, { additionalProperties: false }),
});
