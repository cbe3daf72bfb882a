import type { Static } from 'typebox';
import { AioError } from '@aio/core/errors';
import {
  deleteSecret,
  listSecrets,
  putSecret,
  type SecretEntry,
} from '@aio/platform/queries/secrets';
import { seal } from '@aio/platform/secrets/seal';
import { DEFAULT_PAGE_SIZE } from '../../http/common-schema.ts';
import { defineRoute, jsonBody, PAGE, type Route } from '../../http/define-route.ts';
import { isoTime } from '../../http/iso-time.ts';
import { empty, json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import {
  ListSecretsQuery,
  MAX_SECRET_LENGTH,
  SecretBody,
  SecretPage,
  SecretParams,
  SecretSchema,
} from './schema.ts';

/** A character takes at most six bytes in JSON, as `\u0000`. */
const MAX_BODY_BYTES = 6 * MAX_SECRET_LENGTH + 1024;

/** Secrets are write-only. */
export function secretRoutes({
  pool,
  secretsKey,
}: Pick<RouteDeps, 'pool' | 'secretsKey'>): Route[] {
  const list = defineRoute({
    id: 'listSecrets',
    tag: 'secrets',
    summary: 'List secrets without their values, newest first',
    method: 'GET',
    atMost: PAGE,
    path: '/api/v1/secrets',
    query: ListSecretsQuery,
    responses: { 200: json('A page of secrets, without their values', SecretPage) },
    async handler({ query: { limit = DEFAULT_PAGE_SIZE, cursor = null } }) {
      const { items, nextCursor } = await listSecrets(pool, { limit, cursor });
      return reply(200, { items: items.map(presentSecret), nextCursor });
    },
  });

  const put = defineRoute({
    id: 'putSecret',
    tag: 'secrets',
    summary: 'Create a secret or replace its value',
    description:
      'Steps of kind `http` can use it in `headers` and `body`: `${{ secrets.<name> }}`. Attempts that start after the response use the new value.',
    method: 'PUT',
    path: '/api/v1/secrets/{name}',
    params: SecretParams,
    body: jsonBody(SecretBody, { maxBytes: MAX_BODY_BYTES }),
    responses: {
      200: json('The replaced secret', SecretSchema),
      201: json('The new secret', SecretSchema),
    },
    async handler({ params: { name }, body: { value }, principal, actor }) {
      const sealed = seal(secretsKey, name, value);
      const secret = await putSecret(pool, { ...sealed, by: principal.name, audit: actor });
      return reply(secret.created ? 201 : 200, presentSecret(secret));
    },
  });

  const remove = defineRoute({
    id: 'deleteSecret',
    tag: 'secrets',
    summary: 'Delete a secret',
    description: 'Steps that use it then fail with `unknown_secret`.',
    method: 'DELETE',
    path: '/api/v1/secrets/{name}',
    params: SecretParams,
    responses: { 204: empty('The secret is deleted') },
    async handler({ params: { name }, actor }) {
      if (!(await deleteSecret(pool, { name, audit: actor })))
        throw new AioError('not_found', `There is no secret ${name}.`);
      return reply(204, undefined);
    },
  });

  return [list, put, remove];
}

function presentSecret(secret: SecretEntry): Static<typeof SecretSchema> {
  return {
    name: secret.name,
    createdAt: isoTime(secret.createdAt),
    createdBy: secret.createdBy,
    updatedAt: isoTime(secret.updatedAt),
    updatedBy: secret.updatedBy,
  };
}
