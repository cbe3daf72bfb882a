import { accessOf } from '../auth/policy.ts';
import type { OpenApiDocument } from '../http/open-api.ts';
import type { CallOptions } from './test-client.ts';

/** A request for an object that has an owner. */
export interface ObjectRequest {
  /** Id of the operation. */
  id: string;
  method: string;
  path: string;
  /** Method and path template, for test names. */
  shown: string;
  body: CallOptions;
}

const BODIES: Readonly<Record<string, object>> = {
  submitRun: { input: { n: 1 } },
  decideApproval: { decision: 'approved' },
};

/** Whether the objects of the operation have owners. */
export function isOwned(operationId: string): boolean {
  return ['member', 'login'].includes(accessOf({ id: operationId }));
}

interface Ids {
  run: string;
  approval: string;
}

/** All operations of the document on objects with owners. Throws for an unknown noun. */
export function objectsOf(document: OpenApiDocument, ids: Ids): ObjectRequest[] {
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods)
      .filter(([, { operationId }]) => template.includes('{') && isOwned(operationId))
      .map(([method, { operationId }]) => ({
        id: operationId,
        method: method.toUpperCase(),
        path: fillIn(template, ids),
        shown: `${method.toUpperCase()} ${template}`,
        body: bodyOf(operationId),
      })),
  );
}

function fillIn(template: string, ids: Ids): string {
  const noun = /^\/api\/v1\/(\w+)s\//.exec(template)?.[1] ?? '';
  const values: Record<string, string | undefined> = {
    name: noun === 'workflow' ? 'chain' : undefined,
    version: '1',
    step: 'first',
    id: ids[noun as keyof typeof ids],
  };
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`testing/objects.ts knows no ${name} of ${template}`);
    return value;
  });
}

function bodyOf(operationId: string): CallOptions {
  const body = BODIES[operationId];
  if (body === undefined) return {};
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}
