import { Type } from 'typebox';
import { WORKFLOW_NAME_PATTERN } from '../names.ts';
import { DEFAULT_LANE, defineKind } from './kind.ts';

export const kind = defineKind({
  kind: 'workflow',
  description:
    'Starts a run of a workflow and waits for its end. Uses no worker meanwhile. Output: the output of that run. `timeout` limits the whole run.',
  lane: DEFAULT_LANE,
  waitsFor: 'child',
  expandsItems: false,
  withRequired: true,
  defaultTimeoutMs: null,
  with: Type.Object(
    {
      workflow: Type.String({
        description: 'Name of the workflow.',
        pattern: WORKFLOW_NAME_PATTERN,
      }),
      version: Type.Optional(
        Type.Integer({
          description:
            'Version of the workflow. Default: the published version when the step starts.',
          minimum: 1,
          maximum: 2_147_483_647,
        }),
      ),
      input: Type.Optional(
        Type.Unknown({
          description: 'Input of the run. Default: {}. Strings may contain expressions.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
});
