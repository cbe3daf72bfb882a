import { Readable } from 'node:stream';
import { AioError } from '@aio/core/errors';
import { findStepOutput } from '@aio/platform/queries/run-steps';
import { AnyJson } from '../../http/common-schema.ts';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { jsonStream, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { requireRun } from './read-run.ts';
import { RunStepParams, StepOutputQuery } from './schema.ts';

export function stepOutputRoute({ pool, stored }: Pick<RouteDeps, 'pool' | 'stored'>): Route {
  return defineRoute({
    id: 'getStepOutput',
    tag: 'runs',
    summary: 'Download the output of a step',
    description: 'The output as JSON, of any length. For an item of a map, send its `iteration`.',
    method: 'GET',
    path: '/api/v1/runs/{id}/steps/{step}/output',
    params: RunStepParams,
    query: StepOutputQuery,
    responses: {
      200: jsonStream('The output', AnyJson, {
        'Content-Disposition': 'Name of the file',
      }),
    },
    async handler({ params: { id, step }, query: { iteration = -1 }, principal }) {
      await requireRun({ pool }, principal, id);
      const output = await findStepOutput(pool, { runId: id, step, iteration });
      if (output === null) throw new AioError('not_found', `Step ${step} has no output.`);
      const body =
        'ref' in output
          ? await stored.open(id, output.ref)
          : Readable.from([Buffer.from(output.text)]);
      const bytes = 'ref' in output ? output.ref.bytes : Buffer.byteLength(output.text);
      const name = iteration === -1 ? step : `${step}-${iteration}`;
      return reply(200, body, {
        'Content-Disposition': `attachment; filename="${name}.json"`,
        'Content-Length': String(bytes),
      });
    },
  });
}
