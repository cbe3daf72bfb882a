/** Checks one step beyond its schema: expressions, durations, schemas, what its kind knows. */

import { checkSchema } from '../json/check-schema.ts';
import { isObject } from '../json/walk-schema.ts';
import {
  checkCondition,
  checkTemplate,
  type ExpressionCheckContext,
  type Place,
} from './check-expressions.ts';
import { parseDurationMs } from './duration.ts';
import { stepPointer, type FaultList } from './fault-list.ts';
import { isStepKind, stepKind } from './kinds/registry.ts';
import { MAX_DURATION_DAYS, MAX_MAP_ITEMS } from './limits.ts';
import { soleExpression, splitPlaceholders } from '../expression/placeholders.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Adds the faults of one step; tolerates any shape, which is for the schema to find. */
export function checkStep(
  id: string,
  step: Fields,
  index: number,
  context: ExpressionCheckContext,
): void {
  const pointer = stepPointer(id);
  const place: Place = { step: index, hasItem: false, hasSecrets: false };
  if (typeof step['if'] === 'string') {
    checkCondition(step['if'], `${pointer}/if`, place, context);
  }
  checkWork(step, pointer, place, context);
  if (step['type'] !== 'map') return;
  checkOver(step['over'], `${pointer}/over`, place, context);
  if (isObject(step['step'])) {
    checkWork(step['step'], `${pointer}/step`, { ...place, hasItem: true }, context);
  }
}

/** What a step and the step of a map have in common. */
function checkWork(
  step: Fields,
  pointer: string,
  place: Place,
  context: ExpressionCheckContext,
): void {
  checkDuration(step['timeout'], `${pointer}/timeout`, context.faults);
  if (isObject(step['retry'])) {
    checkDuration(step['retry']['delay'], `${pointer}/retry/delay`, context.faults);
    checkDuration(step['retry']['maxDelay'], `${pointer}/retry/maxDelay`, context.faults);
  }
  if (isObject(step['onFailure'])) {
    const fallback = step['onFailure']['fallback'];
    checkTemplate(fallback, `${pointer}/onFailure/fallback`, place, context);
  }
  if (isObject(step['with']))
    checkWith(step['type'], step['with'], `${pointer}/with`, place, context);
}

function checkWith(
  type: unknown,
  value: Fields,
  pointer: string,
  place: Place,
  context: ExpressionCheckContext,
): void {
  if (!isStepKind(type)) return;
  const kind = stepKind(type);
  for (const [field, member] of Object.entries(value)) {
    if (kind.literalFields.includes(field)) continue;
    const hasSecrets = kind.secretFields.includes(field);
    checkTemplate(member, `${pointer}/${field}`, { ...place, hasSecrets }, context);
  }
  if (kind.check) context.faults.addAll(kind.check(value), pointer);
  if (type === 'llm' && isObject(value['schema'])) {
    context.faults.addAll(checkSchema(value['schema'], context.checkPattern), `${pointer}/schema`);
  }
  if (type === 'delay') checkDuration(value['duration'], `${pointer}/duration`, context.faults);
}

function checkOver(
  over: unknown,
  pointer: string,
  place: Place,
  context: ExpressionCheckContext,
): void {
  checkTemplate(over, pointer, place, context);
  if (typeof over === 'string' && !isSoleExpression(over)) {
    context.faults.add(() => ({
      pointer,
      rule: 'over_expression',
      message: 'over must be a list or one expression',
      hint: 'for example ${{ steps.a.output.items }}',
    }));
  }
  if (Array.isArray(over) && over.length > MAX_MAP_ITEMS) {
    context.faults.add(() => ({
      pointer,
      rule: 'limit',
      message: `a map goes over ${MAX_MAP_ITEMS} items at most`,
      hint: 'make several maps, or larger items',
    }));
  }
}

/** What is not closed has its own fault. */
function isSoleExpression(text: string): boolean {
  try {
    return soleExpression(splitPlaceholders(text)) !== null;
  } catch {
    return true;
  }
}

/** A duration of the right form that is out of bounds. */
export function checkDuration(duration: unknown, pointer: string, faults: FaultList): void {
  const durationMs = typeof duration === 'string' ? parseDurationMs(duration) : null;
  if (durationMs === null || durationMs <= MAX_DURATION_DAYS * 86_400_000) return;
  faults.add(() => ({
    pointer,
    rule: 'limit',
    message: `a duration may be ${MAX_DURATION_DAYS} days at most`,
    hint: `write ${MAX_DURATION_DAYS}d or less`,
  }));
}
