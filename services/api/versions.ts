import { parseDurationMs } from '@aio/core/definition/duration';
import { DEFAULT_MAP_CONCURRENCY } from '@aio/core/definition/limits';
import {
  isMapStep,
  type Join,
  type StepDefinition,
  type WorkflowDefinition,
} from '@aio/core/definition/schema';
import { interpretSchema } from '@aio/core/json/interpret-schema';
import type { Validate } from '@aio/core/json/schema-validator';
import { compileLabels, type LabelsOf } from '@aio/core/run/labels';
import { compileTitle, type TitleOf } from '@aio/core/run/title';
import { askTogether } from '@aio/platform/batch';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { loadDefinition } from '@aio/platform/queries/engine/load-run';
import { keepNewest } from './keep-newest.ts';

/** The parts of a workflow version that the API needs to accept and show runs. */
export interface VersionFacts {
  /** In the order of the definition. */
  steps: readonly StepOutline[];
  /** Timeout of the whole run; null = none. */
  timeoutMs: number | null;
  validateInput: Validate;
  /** null = runs have no title. */
  titleOf: TitleOf | null;
  /** null = runs have no labels. */
  labelsOf: LabelsOf | null;
}

export interface StepOutline {
  id: string;
  kind: string;
  /** Maps: the kind of the items; otherwise null. */
  itemKind: string | null;
  needs: readonly string[];
  join: Join;
  /** Expression of `if`; null = none. */
  condition: string | null;
  /** Maximum number of attempts; maps: per item. */
  maxAttempts: number;
  /** Maps: maximum number of items at once; otherwise null. */
  concurrency: number | null;
}

export type ReadVersion = (versionId: string) => Promise<VersionFacts>;

const MAX_KEPT = 200;

/** Caches versions, which never change. Reading a definition would cost more than the rest of a request. */
export function createVersions(db: Queryable): ReadVersion {
  const kept = new Map<string, VersionFacts>();
  const readFacts = askTogether(async (versionId) => {
    const { definition } = await loadDefinition(db, versionId);
    return factsOf(definition as WorkflowDefinition);
  });
  return async (versionId) => {
    const facts = kept.get(versionId) ?? (await readFacts(versionId));
    keepNewest(kept, versionId, facts, MAX_KEPT);
    return facts;
  };
}

/** Requires a valid definition. */
export function factsOf({
  steps,
  timeout,
  input,
  title,
  labels,
}: WorkflowDefinition): VersionFacts {
  return {
    steps: Object.entries(steps).map(([id, step]) => outlineOf(id, step)),
    timeoutMs: timeout === undefined ? null : parseDurationMs(timeout),
    validateInput: input === undefined ? () => [] : interpretSchema(input),
    titleOf: title === undefined ? null : compileTitle(title),
    labelsOf: labels === undefined ? null : compileLabels(labels),
  };
}

function outlineOf(id: string, step: StepDefinition): StepOutline {
  const isMap = isMapStep(step);
  return {
    id,
    kind: step.type,
    itemKind: isMap ? step.step.type : null,
    needs: step.needs ?? [],
    join: step.join ?? 'all_succeeded',
    condition: step.if ?? null,
    maxAttempts: (isMap ? step.step : step).retry?.maxAttempts ?? 1,
    concurrency: isMap ? (step.concurrency ?? DEFAULT_MAP_CONCURRENCY) : null,
  };
}
