import { waitsForOf } from '@aio/core/definition/kinds/registry';
import type { RunStatus } from '@aio/core/run/states';
import type { Queryable } from '../../postgres/queryable.ts';

/** The latest child run of a step. */
export interface ChildRun {
  id: string;
  status: RunStatus;
  /** null = it has none. */
  title: string | null;
}

/** A range of items of a map, both bounds included. */
export interface Items {
  step: string;
  from: number;
  to: number;
}

export interface EventKey {
  name: string;
  key: string;
}

interface Place {
  step: string;
  iteration: number;
}

export interface Relations {
  childOf(place: Place): ChildRun | null;
  eventOf(place: Place): EventKey | null;
}

/**
 * Child runs and awaited events of steps. Only queries kinds that can have them.
 * @param items null = all steps, no items
 */
export async function readRelations(
  db: Queryable,
  runId: string,
  rows: readonly { kind: string; status: string }[],
  items: Items | null,
): Promise<Relations> {
  const hasChildren = rows.some(({ kind }) => waitsForOf(kind) === 'child');
  const hasWaits = rows.some(
    ({ kind, status }) => waitsForOf(kind) === 'event' && status === 'waiting',
  );
  const range = [runId, items?.step ?? null, items?.from ?? -1, items?.to ?? -1];
  const [children, waits] = await Promise.all([
    hasChildren ? read(db, 'read-children', CHILDREN, range) : [],
    hasWaits ? read(db, 'read-event-waits', EVENT_WAITS, range) : [],
  ]);
  return { childOf: finder<ChildRun>(children), eventOf: finder<EventKey>(waits) };
}

async function read(db: Queryable, name: string, text: string, values: unknown[]) {
  return (await db.query({ name, text, values })).rows as (Place & Record<string, unknown>)[];
}

function finder<Found>(rows: readonly (Place & Record<string, unknown>)[]) {
  const found = new Map(
    rows.map(({ step, iteration, ...rest }) => [`${step} ${iteration}`, rest as Found]),
  );
  return ({ step, iteration }: Place): Found | null => found.get(`${step} ${iteration}`) ?? null;
}

const CHILDREN = `
  select distinct on (parent_step, parent_iteration)
    parent_step as step, parent_iteration as iteration, id, status, title
  from runs
  where parent_run_id = $1 and ($2::text is null or parent_step = $2) and parent_iteration between $3 and $4
  order by parent_step, parent_iteration, id desc`;

const EVENT_WAITS = `
  select step, iteration, name, key from event_waits
  where run_id = $1 and ($2::text is null or step = $2) and iteration between $3 and $4`;
