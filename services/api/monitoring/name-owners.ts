import type { Static } from 'typebox';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { readNames } from '@aio/platform/queries/principals';
import type { QueryDataSchema } from './schema.ts';

type QueryData = Static<typeof QueryDataSchema>;

/**
 * Names owners in legends: Prometheus has only their ids. Keeps an id without a name, e.g. a pseudonym, and all ids while
 * PostgreSQL is away.
 * @param data what the reader may see: an id of another owner is only there for an admin
 */
export async function nameOwners(db: Queryable, data: QueryData): Promise<QueryData> {
  const series = data.targets.flatMap((target) => target.series);
  const owners = new Set(series.flatMap(({ labels }) => labels['owner'] ?? []));
  if (owners.size === 0) return data;
  const names = await readNames(db, [...owners]).catch(() => new Map<string, string>());
  const named = (legend: string, owner = '') =>
    owner === '' ? legend : legend.replaceAll(owner, () => names.get(owner) ?? owner);
  return {
    ...data,
    targets: data.targets.map((target) => ({
      ...target,
      series: target.series.map((one) => ({
        ...one,
        legend: named(one.legend, one.labels['owner']),
      })),
    })),
  };
}
