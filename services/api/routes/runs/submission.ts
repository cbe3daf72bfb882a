import { AioError } from '@aio/core/errors';
import { type Principal, scopeOf } from '../../auth/principal.ts';
import type { VersionRef } from '@aio/platform/queries/workflows/find-version';

export type FindVersion = (of: {
  name: string;
  owner: string | null;
  version?: number | undefined;
}) => Promise<VersionRef | null>;

/** @throws AioError `not_found` if the version doesn't exist or belongs to another owner, `conflict` if none is published */
export async function requireVersion(
  find: FindVersion,
  principal: Principal,
  name: string,
  version: number | undefined,
): Promise<VersionRef> {
  const found = await find({ name, owner: scopeOf(principal), version });
  if (found !== null && version === undefined && !found.isPublished)
    throw new AioError('conflict', `No version of ${name} is published. Publish one, or name one.`);
  if (found !== null) return found;
  const what = version === undefined ? `workflow ${name}` : `version ${version} of ${name}`;
  throw new AioError('not_found', `There is no ${what}.`);
}
