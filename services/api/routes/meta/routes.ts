import { Type } from 'typebox';
import { WorkflowSchema } from '@aio/core/definition/schema';
import { AioError } from '@aio/core/errors';
import { defineRoute, DOCUMENT, type Route, SMALL } from '../../http/define-route.ts';
import { describeApi } from '../../http/open-api.ts';
import { isProblemCode, PROBLEMS } from '../../http/problems.ts';
import { FixedDocument } from '../../http/fixed-document.ts';
import { empty, fixedDocument, json, reply } from '../../http/reply.ts';
import { DOCS_CSP, renderDocsPage } from './docs-page.ts';

const ProblemPage = Type.Object(
  { code: Type.String(), status: Type.Integer(), title: Type.String(), hint: Type.String() },
  { title: 'ProblemExplanation' },
);

const AnyObject = Type.Record(Type.String(), Type.Unknown());

/** Entry points for users who know only the host. */
const ENTRANCES = [
  { id: 'getRoot', path: '/' },
  { id: 'getApiRoot', path: '/api/v1' },
] as const;

/**
 * Routes of the API's documentation.
 * @param others all other routes
 * @param publicUrl address of the web UI
 */
export function metaRoutes(
  others: readonly Route[],
  { version, publicUrl }: { version: string; publicUrl: string },
): Route[] {
  const entrances = ENTRANCES.map(({ id, path }) =>
    defineRoute({
      id,
      tag: 'meta',
      summary: 'Redirect to the documentation',
      method: 'GET',
      atMost: SMALL,
      path,
      responses: { 302: empty('The documentation', { Location: 'Path of the documentation' }) },
      handler: () => reply(302, undefined, { Location: '/api/v1/docs' }),
    }),
  );

  const openApi = defineRoute({
    id: 'getOpenApi',
    tag: 'meta',
    summary: 'Get the OpenAPI 3.1 document of this API',
    method: 'GET',
    atMost: DOCUMENT,
    path: '/api/v1/openapi.json',
    responses: fixedDocument('The document', 'application/json', AnyObject),
    handler: () => reply(200, documents.openApi),
  });

  const docs = defineRoute({
    id: 'getDocs',
    tag: 'meta',
    summary: 'Get the documentation of this API as a page',
    method: 'GET',
    atMost: DOCUMENT,
    path: '/api/v1/docs',
    responses: fixedDocument('The page', 'text/html', Type.String()),
    handler: () => reply(200, documents.docs, { 'Content-Security-Policy': DOCS_CSP }),
  });

  const workflowSchema = defineRoute({
    id: 'getWorkflowSchema',
    tag: 'meta',
    summary: 'Get the JSON Schema (2020-12) of workflow definitions',
    method: 'GET',
    atMost: DOCUMENT,
    path: '/api/v1/workflow.schema.json',
    responses: fixedDocument('The schema', 'application/json', AnyObject),
    handler: () => reply(200, documents.workflowSchema),
  });

  const problem = defineRoute({
    id: 'getProblem',
    tag: 'meta',
    summary: 'Explain an error code',
    method: 'GET',
    atMost: SMALL,
    description: 'The `type` of problem details is the path of this page.',
    path: '/api/v1/problems/{code}',
    params: Type.Object({ code: Type.String({ pattern: '^[a-z_]{1,40}$' }) }),
    responses: { 200: json('The explanation', ProblemPage) },
    handler({ params: { code } }) {
      if (!isProblemCode(code)) throw new AioError('not_found', `There is no error code ${code}.`);
      const [status, title, hint] = PROBLEMS[code];
      return reply(200, { code, status, title, hint });
    },
  });

  const own = [...entrances, openApi, docs, workflowSchema, problem];
  const described = describeApi([...others, ...own], version);
  const documents = {
    openApi: new FixedDocument(JSON.stringify(described)),
    docs: new FixedDocument(renderDocsPage(described, publicUrl)),
    workflowSchema: new FixedDocument(JSON.stringify(WorkflowSchema)),
  };
  return own;
}
