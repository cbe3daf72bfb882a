import { defineRoute, type Route, sourceBody } from '../../http/define-route.ts';
import type { RouteDeps } from '../route-deps.ts';
import { gridRoute } from './grid-route.ts';
import { pauseRoutes } from './pause-routes.ts';
import { readRoutes, statisticsRoute } from './read-routes.ts';
import { MAX_DEFINITION_BYTES } from '@aio/core/definition/limits';
import { WorkflowSchema as DefinitionSchema } from '@aio/core/definition/schema';
import { json, reply } from '../../http/reply.ts';
import { ValidationSchema, WorkflowSchema } from './schema.ts';
import { ValidationError } from '@aio/core/errors';
import { createWorkflowVersion } from '@aio/platform/queries/workflows/create-workflow-version';
import { scopeOf } from '../../auth/principal.ts';
import { presentWorkflow } from './present-workflow.ts';

export function workflowRoutes(
  deps: Pick<RouteDeps, 'pool' | 'readsOf' | 'readVersion' | 'readDefinition' | 'atOnce'>,
): Route[] {
  return [
    createVersionRoute(deps),
    validateRoute(deps),
    ...readRoutes(deps),
    statisticsRoute(deps),
    gridRoute(deps),
    ...pauseRoutes(deps),
  ];
}

function validateRoute({ readDefinition }: Pick<RouteDeps, 'readDefinition'>): Route {
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

function createVersionRoute({
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
