import { defineRoute, type Route, sourceBody } from '../../http/define-route.ts';
import type { RouteDeps } from '../route-deps.ts';
import { gridRoute } from './grid-route.ts';
import { pauseRoutes } from './pause-routes.ts';
import { readRoutes, statisticsRoute } from './read-routes.ts';
import { MAX_DEFINITION_BYTES } from '@aio/core/definition/limits';
import { WorkflowSchema as DefinitionSchema } from '@aio/core/definition/schema';
import { json, reply } from '../../http/reply.ts';
import {
  StoreQuery,
  ValidationSchema,
  VersionParams,
  VersionSchema,
  WorkflowSchema,
} from './schema.ts';
import { AioError, ValidationError } from '@aio/core/errors';
import { writeAudit } from '@aio/platform/queries/audit-log';
import {
  createWorkflowVersion,
  publishVersion,
} from '@aio/platform/queries/workflows/create-workflow-version';
import { getWorkflowVersion } from '@aio/platform/queries/workflows/get-workflow-version';
import { inTransaction } from '@aio/platform/postgres/transaction';
import { scopeOf } from '../../auth/principal.ts';
import { presentVersion, presentWorkflow } from './present-workflow.ts';

export function workflowRoutes(
  deps: Pick<RouteDeps, 'pool' | 'readsOf' | 'readVersion' | 'readDefinition' | 'atOnce'>,
): Route[] {
  return [
    createVersionRoute(deps),
    validateRoute(deps),
    publishRoute(deps),
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
      'Stores the definition as the next version, and publishes it. Versions never change, and a run keeps its version. If the definition equals the newest version, the API creates no new one.',
    method: 'POST',
    path: '/api/v1/workflows',
    query: StoreQuery,
    body: sourceBody(DefinitionSchema, MAX_DEFINITION_BYTES),
    responses: {
      200: json('The newest version, which equals the definition', WorkflowSchema),
      201: json('The new version', WorkflowSchema, { Location: 'Path of the version' }),
    },
    async handler({ query, body, principal, actor }) {
      const { definition, faults } = await readDefinition(body);
      if (definition === null) throw new ValidationError('The definition is invalid.', faults);
      const { created, version: workflow } = await createWorkflowVersion(pool, {
        name: definition.name,
        createdBy: principal.subject,
        onlyOwner: scopeOf(principal),
        publish: query.publish ?? true,
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

function publishRoute({ pool }: Pick<RouteDeps, 'pool'>): Route {
  return defineRoute({
    id: 'publishVersion',
    tag: 'workflows',
    summary: 'Publish a version of a workflow',
    description:
      'Runs and steps that name no version take it from now on. It may be older than the published one, to roll back. If it is already published, nothing changes.',
    method: 'POST',
    path: '/api/v1/workflows/{name}/versions/{version}/publish',
    params: VersionParams,
    responses: { 200: json('The version', VersionSchema) },
    async handler({ params: { name, version }, principal, actor }) {
      const of = { name, version, owner: scopeOf(principal) };
      return inTransaction(pool, async (db) => {
        if (await publishVersion(db, of, principal.subject))
          await writeAudit(db, actor, { target: `workflows/${name}`, details: { version } });
        const found = await getWorkflowVersion(db, of);
        if (found !== null) return reply(200, presentVersion(found));
        throw new AioError('not_found', `There is no version ${version} of ${name}.`);
      });
    },
  });
}
