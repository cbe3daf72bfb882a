import { MAX_DEFINITION_BYTES } from '@aio/core/definition/limits';
import { WorkflowSchema as DefinitionSchema } from '@aio/core/definition/schema';
import { ValidationError } from '@aio/core/errors';
import { createWorkflowVersion } from '@aio/platform/queries/create-workflow-version';
import { scopeOf } from '../../auth/principal.ts';
import { defineRoute, sourceBody, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { presentWorkflow } from './present-workflow.ts';
import { WorkflowSchema } from './schema.ts';

export function createVersionRoute({
  pool,
  readDefinition,
}: Pick<RouteDeps, 'pool' | 'readDefinition'>): Route {
  return defineRoute({
    id: 'createWorkflowVersion',
    tag: 'workflows',
    summary: 'Create a version of a workflow',
    description:
      'Stores the definition as the next version. Versions never change, and a run keeps its version. If the definition equals the latest version, the API creates no new one.',
    method: 'POST',
    path: '/api/v1/workflows',
    body: sourceBody(DefinitionSchema, MAX_DEFINITION_BYTES),
    responses: {
      200: json('The latest version, which equals the definition', WorkflowSchema),
      201: json('The new version', WorkflowSchema, { Location: 'Path of the version' }),
    },
    async handler({ body, principal, actor }) {
      const { definition, faults } = await readDefinition(body);
      if (definition === null) throw new ValidationError('The definition is invalid.', faults);
      const { created, version: workflow } = await createWorkflowVersion(pool, {
        name: definition.name,
        createdBy: principal.subject,
        onlyOwner: scopeOf(principal),
        audit: actor,
        definition: definition.json,
        source: body.text,
        mediaType: body.mediaType,
        checksum: definition.checksum,
      });
      const { name, version } = workflow;
      return reply(created ? 201 : 200, presentWorkflow(workflow), {
        Location: `/api/v1/workflows/${name}/versions/${version}`,
      });
    },
  });
}
