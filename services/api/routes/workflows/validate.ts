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
    summary: 'Validate a definition without storing it',
    description: 'Returns all faults at once, each with its place, rule and hint.',
    method: 'POST',
    path: '/api/v1/workflows/validate',
    body: sourceBody(DefinitionSchema, MAX_DEFINITION_BYTES),
    responses: { 200: json('The result', ValidationSchema) },
    async handler({ body }) {
      const { faults } = await readDefinition(body);
      return reply(200, { valid: faults.length === 0, errors: faults });
    },
  });
}
