import type { Failure } from '@aio/core/errors';
import type { Template } from '@aio/core/expression/template';
import type { Scope } from '@aio/core/expression/scope';
import { loadOutputs } from '@aio/platform/queries/engine/load-run';
import { isUnavailable } from '@aio/platform/database-error';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import type { Unit } from './unit.ts';

export type OutputValues = Map<number, unknown>;

const RETRY_MS = 250;

/**
 * Hands the outputs that the templates name to `use`: at once when all are in memory, which lets a
 * step's completion and its successor's start share a commit, else after fetching them, as an evaluation
 * of the run.
 * The run may be over by then: `use` looks first. What cannot be read fails the run, or goes to `refuse`.
 */
export function withOutputs(
  deps: EngineDeps,
  run: HeldRun,
  templates: readonly (Template | null)[],
  use: (outputs: OutputValues) => void,
  refuse = (failure: Failure) => {
    run.failure ??= failure;
    deps.advance(run);
  },
): void {
  const values: OutputValues = new Map();
  const missing = new Set<number>();
  for (const template of templates) {
    for (const id of template?.reads ?? []) {
      const index = run.plan.indexOf.get(id)!;
      if (run.readiness.status(index) !== 'succeeded') continue;
      const kept = run.outputs.get(index);
      if (kept) values.set(index, kept.value);
      else missing.add(index);
    }
  }
  if (missing.size === 0) {
    use(values);
    return;
  }
  // What is to be read may be in the draft still: it is in the database after the next commit.
  run.draft.committed.push(() => {
    fetchOutputs(deps, run, [...missing], values).then(
      () => {
        run.evaluations.push(() => use(values));
        deps.advance(run);
      },
      () => {
        const names = [...missing].map((index) => run.plan.steps[index]!.id).join(', ');
        refuse({ code: 'outputs_unreadable', message: `Outputs cannot be read: ${names}` });
      },
    );
  });
  deps.commit(run);
}

async function fetchOutputs(
  deps: EngineDeps,
  run: HeldRun,
  missing: readonly number[],
  into: OutputValues,
): Promise<void> {
  const names = missing.map((index) => run.plan.steps[index]!.id);
  while (run.phase !== 'over') {
    try {
      const rows = await loadOutputs(deps.db, run.claim.id, names);
      const byStep = Map.groupBy(rows, (row) => row.step);
      for (const index of missing) {
        const step = run.plan.steps[index]!;
        const own = byStep.get(step.id) ?? [];
        // A map's output is its items' outputs in their order; it is stored nowhere else.
        const value = step.map
          ? own.filter((row) => row.iteration >= 0).map((row) => parse(row.output))
          : parse(own[0]?.output ?? null);
        into.set(index, value);
      }
      return;
    } catch (error) {
      deps.observer.troubled('fetching outputs', error);
      if (!isUnavailable(error)) throw error;
      await sleep(RETRY_MS);
    }
  }
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

/** Values of secrets by their names. */
export type Secrets = Readonly<Record<string, string>>;

const NONE: Secrets = {};

/**
 * Hands the secrets of these names to `use`: at once when there are none. What cannot be read is thrown
 * when `use` asks for it. The run may be over by then: `use` looks first.
 */
export function withSecrets(
  deps: EngineDeps,
  run: HeldRun,
  names: readonly string[],
  use: (secrets: () => Secrets) => void,
): void {
  if (names.length === 0) return use(() => NONE);
  deps.secrets
    .read(names, () => run.phase === 'working')
    .then(
      (secrets) => () => secrets,
      (error: unknown) => () => {
        throw error;
      },
    )
    .then((secrets) => {
      run.evaluations.push(() => use(secrets));
      deps.advance(run);
    });
}

/** What the templates may name: the run, and the upstream steps they use. */
export function scopeOf(
  run: HeldRun,
  templates: readonly (Template | null)[],
  outputs: OutputValues,
  unit?: Unit,
): Scope {
  const steps: Scope['steps'] = {};
  for (const template of templates) {
    for (const id of template?.uses ?? []) {
      const index = run.plan.indexOf.get(id)!;
      const settled = run.settled[index];
      steps[id] = {
        output: outputs.get(index) ?? null,
        status: run.readiness.status(index),
        error: settled?.error ?? null,
        attempts: settled?.attempts ?? 0,
      };
    }
  }
  const scope: Scope = { input: run.input, run: { id: run.claim.id }, steps };
  if (unit && unit.iteration >= 0) {
    scope.item = unit.item;
    scope.index = unit.iteration;
  }
  return scope;
}
