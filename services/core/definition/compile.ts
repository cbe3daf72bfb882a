/** Compiles a validated definition into a plan. */

import { interpretSchema } from '../json/interpret-schema.ts';
import { compileSchema, type Validate } from '../json/schema-validator.ts';
import { compileCondition, compileTemplate } from '../expression/template.ts';
import { isTemplate } from '../expression/placeholders.ts';
import { compileLabels } from '../run/labels.ts';
import { compileTitle } from '../run/title.ts';
import { parseDurationMs } from './duration.ts';
import { stepKind, type StepKindName } from './kinds/registry.ts';
import { DEFAULT_MAP_CONCURRENCY, MAX_INPUT_BYTES } from './limits.ts';
import type { MapPlan, Plan, PlanStep, PlanWork } from './plan.ts';
import type { RetryPolicy } from './retry.ts';
import {
  isMapStep,
  type ItemStepDefinition,
  type MapStepDefinition,
  type StepDefinition,
  type WorkflowDefinition,
} from './schema.ts';
import type { Fault } from '../errors.ts';

export type { Plan, PlanWork } from './plan.ts';

const DEFAULT_RETRY_DELAY_MS = 1_000;
const DEFAULT_MAX_RETRY_DELAY_MS = 60_000;

/**
 * Compiles a valid definition (`validateDefinition`).
 *
 * @throws AioError `expression_syntax` or Error if the definition is not valid after all
 */
export function compilePlan(definition: WorkflowDefinition): Plan {
  const written = Object.entries(definition.steps);
  const indexOf = new Map(written.map(([id], index) => [id, index]));
  const allDependants: number[][] = written.map(() => []);
  const steps = written.map(([id, step], index): PlanStep => {
    const needs = (step.needs ?? []).map((need) => indexOfStep(indexOf, need));
    for (const need of needs) allDependants[need]!.push(index);
    return compileStep({ id, index, needs, dependants: allDependants[index]! }, step, indexOf);
  });
  return {
    name: definition.name,
    steps,
    indexOf,
    timeoutMs: toMs(definition.timeout),
    titleOf: definition.title === undefined ? null : compileTitle(definition.title),
    labelsOf: definition.labels === undefined ? null : compileLabels(definition.labels),
    output: definition.output === undefined ? null : compileTemplate(definition.output),
    validateInput:
      definition.input === undefined ? acceptAnything : interpretSchema(definition.input),
  };
}

const acceptAnything: Validate = () => [];

function compileStep(
  place: Pick<PlanStep, 'id' | 'index' | 'needs' | 'dependants'>,
  step: StepDefinition,
  indexOf: ReadonlyMap<string, number>,
): PlanStep {
  const condition = step.if === undefined ? null : compileCondition(step.if);
  const work = compileWork(isMapStep(step) ? step.step : step);
  const map = isMapStep(step) ? compileMap(step) : null;
  const templates = [condition, work.with, map?.over];
  const reads = new Set(templates.flatMap((template) => template?.reads ?? []));
  return {
    ...place,
    kind: step.type,
    lane: stepKind(step.type).lane,
    join: step.join ?? 'all_succeeded',
    condition,
    work,
    onFailure: step.onFailure ?? 'fail',
    map,
    reads: [...reads].map((read) => indexOfStep(indexOf, read)),
  };
}

function compileMap(step: MapStepDefinition): MapPlan {
  return {
    // The list is not stored, so it may be as large as the input that it usually comes from.
    over: compileTemplate(step.over, { maxResultBytes: MAX_INPUT_BYTES }),
    concurrency: step.concurrency ?? DEFAULT_MAP_CONCURRENCY,
    onItemFailure: step.step.onFailure ?? 'fail',
  };
}

function compileWork(step: ItemStepDefinition): PlanWork {
  const kind = stepKind(step.type);
  return {
    kind: step.type,
    lane: kind.lane,
    resource: compileResource(step.with, kind.resourceField),
    with: compileTemplate(step.with ?? {}, { literalKeys: kind.literalFields }),
    retry: compileRetry(step.retry),
    timeoutMs: step.timeout === undefined ? kind.defaultTimeoutMs : toMs(step.timeout),
    validateWith: compileWith(step.type),
  };
}

/** @param field of `with` that names the resource */
function compileResource(
  written: ItemStepDefinition['with'],
  field: string | undefined,
): PlanWork['resource'] {
  const value = field && (written as Record<string, unknown> | undefined)?.[field];
  if (typeof value !== 'string') return null;
  return isTemplate(value) ? compileTemplate(value) : value;
}

function compileRetry(retry: ItemStepDefinition['retry'] = {}): RetryPolicy {
  return {
    maxAttempts: retry.maxAttempts ?? 1,
    backoff: retry.backoff ?? 'exponential',
    delayMs: toMs(retry.delay) ?? DEFAULT_RETRY_DELAY_MS,
    maxDelayMs: toMs(retry.maxDelay) ?? DEFAULT_MAX_RETRY_DELAY_MS,
  };
}

function indexOfStep(indexOf: ReadonlyMap<string, number>, id: string): number {
  const index = indexOf.get(id);
  if (index === undefined) throw new Error(`step ${id} does not exist`);
  return index;
}

function toMs(duration: string | undefined): number | null {
  return duration === undefined ? null : parseDurationMs(duration);
}

const validators = new Map<StepKindName, Validate>();

/**
 * Returns the validator of a kind's evaluated `with`, which all steps of the kind share. Its faults
 * fail a step with the code `invalid_with`.
 */
function compileWith(name: StepKindName): Validate {
  const known = validators.get(name);
  if (known) return known;
  const kind = stepKind(name);
  const validateSchema = compileSchema(kind.with);
  const validate = (value: unknown): Fault[] => {
    const faults = validateSchema(value);
    if (faults.length > 0 || !kind.check) return faults;
    return kind.check(value as Record<string, unknown>);
  };
  validators.set(name, validate);
  return validate;
}
