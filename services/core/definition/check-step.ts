/** Checks one step beyond its schema: expressions, durations, and the checks of its kind. */

import { isObject } from '../json/walk-schema.ts';
import {
  checkCondition,
  checkTemplate,
  type ExpressionCheckContext,
  type Place,
} from './check-expressions.ts';
import { checkDuration, checkTimeout } from './duration.ts';
import { stepPointer } from './fault-list.ts';
import { expandsItems, isStepKind, stepKind } from './kinds/registry.ts';
import { MAX_MAP_ITEMS } from './limits.ts';
import { soleExpression, splitPlaceholders } from '../expression/placeholders.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Adds the faults of one step. Accepts any shape, since the schema reports wrong ones. */
export function checkStep(
  id: string,
  step: Fields,
  index: number,
  context: ExpressionCheckContext,
): void {
  const pointer = stepPointer(id);
  const place: Place = { step: index, hasSteps: true, hasItem: false, hasSecrets: false };
  if (typeof step['if'] === 'string') {
    checkCondition(step['if'], `${pointer}/if`, place, context);
  }
  checkWork(step, pointer, place, context);
  if (!expandsItems(step['type'])) return;
  checkOver(step['over'], `${pointer}/over`, place, context);
  if (isObject(step['step'])) {
    checkWork(step['step'], `${pointer}/step`, { ...place, hasItem: true }, context);
  }
}

/** Checks the fields that a step and the step of a map share. */
function checkWork(
  step: Fields,
  pointer: string,
  place: Place,
  context: ExpressionCheckContext,
): void {
  const { faults } = context;
  const max = isStepKind(step['type']) ? stepKind(step['type']).maxTimeout : undefined;
  const timeoutFaults =
    max === undefined
      ? checkDuration(step['timeout'])
      : checkTimeout(step['timeout'], String(step['type']), max);
  faults.addAll(timeoutFaults, `${pointer}/timeout`);
  if (isObject(step['retry'])) {
    faults.addAll(checkDuration(step['retry']['delay']), `${pointer}/retry/delay`);
    faults.addAll(checkDuration(step['retry']['maxDelay']), `${pointer}/retry/maxDelay`);
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
    if (kind.literalFields?.includes(field)) continue;
    const hasSecrets = kind.secretFields?.includes(field) ?? false;
    checkTemplate(member, `${pointer}/${field}`, { ...place, hasSecrets }, context);
  }
  if (kind.check) context.faults.addAll(kind.check(value), pointer);
  kind.checkWritten?.(value, {
    checkPattern: context.checkPattern,
    addFaults: (faults, field) => context.faults.addAll(faults, `${pointer}${field}`),
  });
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
      message: `a map can have at most ${MAX_MAP_ITEMS} items`,
      hint: 'split the list over several maps, or use larger items',
    }));
  }
}

/** An unclosed expression has its own fault. */
function isSoleExpression(text: string): boolean {
  try {
    return soleExpression(splitPlaceholders(text)) !== null;
  } catch {
    return true;
  }
}
