import { MAX_DEFINITION_BYTES } from '@aio/core/definition/limits';
import { WorkflowSchema as DefinitionSchema } from '@aio/core/definition/schema';
import { defineRoute, sourceBody, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { ValidationSchema } from './schema.ts';

export function validateRoute({ readDefinition }: Pick<RouteDeps, 'readDefinition'>): Route {
  return defineRoute({
    id: 'validateWorkflow',
    tag: 'workflows',
    summary: 'Check a definition without keeping it',
    description: 'All faults at once, each with its place, the rule it breaks and what to do.',
    method: 'POST',
    path: '/api/v1/workflows/validate',
    body: sourceBody(DefinitionSchema, MAX_DEFINITION_BYTES),
    responses: { 200: json('What was found', ValidationSchema) },
    async handler({ body }) {
      const { faults } = await readDefinition(body);
      return reply(200, { valid: faults.length === 0, errors: faults });
    },
  });
}
