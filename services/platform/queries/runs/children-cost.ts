/** What all runs below a run cost so far. */
export interface ChildrenCost {
  runs: number;
  /** Of calls whose price is known. */
  costUsd: number;
  /** Calls whose price is unknown. */
  unpricedCalls: number;
}

export const NO_CHILDREN: ChildrenCost = { runs: 0, costUsd: 0, unpricedCalls: 0 };

/** SQL: `with` that names all runs below a run `below`. A run without children costs one look at an index. */
export function withRunsBelow(runId: string): string {
  return `
    with recursive below as (
      select c.id, c.cost, c.unpriced_calls from runs c
      where c.parent_run_id = ${runId}
      union all
      select c.id, c.cost, c.unpriced_calls from below b join runs c on c.parent_run_id = b.id
    )`;
}

/** SQL: `ChildrenCost` of a run `r`. */
export const CHILDREN_COST = `
  ${withRunsBelow('r.id')}
  select json_build_object('runs', count(*), 'costUsd', coalesce(sum(cost), 0),
    'unpricedCalls', coalesce(sum(unpriced_calls), 0))
  from below`;
