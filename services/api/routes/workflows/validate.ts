import { MAX_DEFINITION_BYTES } from '@aio/core/definition/limits';
import { WorkflowSchema as DefinitionSchema } from '@aio/core/definition/schema';
import { defineRoute, sourceBody, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import { readDefinition } from './read-definition.ts';
import { ValidationSchema } from './schema.ts';

export function validateRoute(): Route {
  return defineRoute({
    id: 'validateWorkflow',
    tag: 'workflows',
    summary: 'Check a definition without keeping it',
    description: 'All faults at once, each with its place, the rule it breaks and what to do.',
    method: 'POST',
    path: '/api/v1/workflows/validate',
    body: sourceBody(DefinitionSchema, MAX_DEFINITION_BYTES),
    responses: { 200: json('What was found', ValidationSchema) },
    handler({ body }) {
      const { faults } = readDefinition(body);
      return reply(200, { valid: faults.length === 0, errors: faults });
    },
  });
}
