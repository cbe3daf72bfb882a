/** Checks the expressions of a value: their syntax, and which names they may use. */

import { analyzeExpression, ROOT_VARIABLES, type Mention } from '../expression/analyze.ts';
import { ExpressionSyntaxError } from '../expression/failure.ts';
import type { CheckPattern } from '../expression/pattern-check.ts';
import { parseExpression } from '../expression/parse.ts';
import { isTemplate, splitPlaceholders } from '../expression/placeholders.ts';
import { conditionExpression } from '../expression/template.ts';
import { escapePointer } from '../json/pointer.ts';
import { suggest } from '../text/suggest.ts';
import type { FaultList } from './fault-list.ts';
import type { Ancestry } from './graph.ts';
import { SECRET_NAME_PATTERN } from './names.ts';

/** The scope of an expression. */
export interface Place {
  /** Index of the step; null = title or labels of the run, or its output, which follows all steps. */
  readonly step: number | null;
  /** false = before all steps. */
  readonly hasSteps: boolean;
  readonly hasItem: boolean;
  readonly hasSecrets: boolean;
}

export interface ExpressionCheckContext {
  readonly indexOf: ReadonlyMap<string, number>;
  /** null = unknown; then only names are checked. */
  readonly ancestry: Ancestry | null;
  readonly checkPattern: CheckPattern;
  readonly faults: FaultList;
}

/** Checks all strings of a value. The caller limits its nesting. */
export function checkTemplate(
  value: unknown,
  pointer: string,
  place: Place,
  context: ExpressionCheckContext,
): void {
  if (context.faults.isFull) return;
  if (typeof value === 'string') {
    if (isTemplate(value)) checkText(value, pointer, place, context);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => checkTemplate(item, `${pointer}/${index}`, place, context));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      const memberPointer = `${pointer}/${escapePointer(key)}`;
      if (isTemplate(key)) {
        context.faults.add(() => ({
          pointer: memberPointer,
          rule: 'template_in_key',
          message: 'a key cannot contain an expression',
          hint: 'build the object in one expression: ${{ {key: value} }}',
        }));
      }
      checkTemplate(member, memberPointer, place, context);
    }
  }
}

/** Checks an `if`. */
export function checkCondition(
  text: string,
  pointer: string,
  place: Place,
  context: ExpressionCheckContext,
): void {
  reportSyntax(pointer, 0, context.faults, () =>
    checkExpression(conditionExpression(text), 0, pointer, place, context),
  );
}

function checkText(
  text: string,
  pointer: string,
  place: Place,
  context: ExpressionCheckContext,
): void {
  reportSyntax(pointer, 0, context.faults, () => {
    for (const segment of splitPlaceholders(text)) {
      if (segment.type === 'text') continue;
      reportSyntax(pointer, segment.offset, context.faults, () =>
        checkExpression(segment.text, segment.offset, pointer, place, context),
      );
    }
  });
}

function checkExpression(
  text: string,
  offset: number,
  pointer: string,
  place: Place,
  context: ExpressionCheckContext,
): void {
  const syntaxFaults: ExpressionSyntaxError[] = [];
  const names = analyzeExpression(parseExpression(text), syntaxFaults);
  for (const fault of syntaxFaults) addSyntaxFault(fault, pointer, offset, context.faults);
  for (const mention of names.variables) checkVariable(mention, pointer, offset, place, context);
  for (const mention of place.hasSteps ? names.steps : [])
    checkStep(mention, pointer, offset, place, context);
  for (const mention of names.secrets) checkSecretName(mention, pointer, offset, context);
  for (const mention of names.patterns) checkPattern(mention, pointer, offset, context);
}

function checkVariable(
  { name, position }: Mention,
  pointer: string,
  offset: number,
  place: Place,
  { faults }: ExpressionCheckContext,
): void {
  const available = ROOT_VARIABLES.filter((variable) => isAvailable(variable, place));
  if (available.includes(name)) return;
  const reason = {
    item: { rule: 'item_outside_map', hint: 'use item and index only in the step of a map' },
    index: { rule: 'item_outside_map', hint: 'use item and index only in the step of a map' },
    steps: {
      rule: 'before_steps',
      hint: 'use input and run.id: title and labels are evaluated before the first step',
    },
    secrets: {
      rule: 'secret_not_allowed',
      hint: 'use secrets only in headers and body of http steps',
    },
  }[name];
  faults.add(() => ({
    pointer,
    rule: reason?.rule ?? 'unknown_variable',
    message: `${name} is not available here${at(offset + position)}`,
    hint: reason?.hint ?? suggest(name, available, `use one of: ${available.join(', ')}`),
  }));
}

function isAvailable(variable: string, place: Place): boolean {
  if (variable === 'item' || variable === 'index') return place.hasItem;
  if (variable === 'steps') return place.hasSteps;
  return variable !== 'secrets' || place.hasSecrets;
}

function checkStep(
  { name, position }: Mention,
  pointer: string,
  offset: number,
  place: Place,
  { indexOf, ancestry, faults }: ExpressionCheckContext,
): void {
  const index = indexOf.get(name);
  if (index === undefined) {
    faults.add(() => ({
      pointer,
      rule: 'unknown_step',
      message: `step "${name.slice(0, 100)}" does not exist${at(offset + position)}`,
      hint: suggest(name, indexOf.keys(), 'use the id of a step in this workflow'),
    }));
    return;
  }
  if (place.step === null || ancestry?.isUpstream(index, place.step) !== false) return;
  const isSelf = index === place.step;
  faults.add(() => ({
    pointer,
    rule: 'not_upstream',
    message: isSelf
      ? `a step cannot refer to itself${at(offset + position)}`
      : `step "${name}" is not upstream of this step${at(offset + position)}`,
    hint: isSelf ? 'refer to upstream steps' : `add "${name}" to needs`,
  }));
}

const SECRET_NAME = new RegExp(SECRET_NAME_PATTERN);

/** Without this check, an impossible name would fail only when the step runs. */
function checkSecretName(
  { name, position }: Mention,
  pointer: string,
  offset: number,
  { faults }: ExpressionCheckContext,
): void {
  if (SECRET_NAME.test(name)) return;
  faults.add(() => ({
    pointer,
    rule: 'bad_secret_name',
    message: `"${name.slice(0, 100)}" is not a valid secret name${at(offset + position)}`,
    hint: 'use letters, digits and _, at most 64; do not start with a digit',
  }));
}

function checkPattern(
  { name: source, position }: Mention,
  pointer: string,
  offset: number,
  context: ExpressionCheckContext,
): void {
  const fault = context.checkPattern(source);
  if (!fault) return;
  const { rule, message, hint } = fault;
  context.faults.add(() => ({ pointer, rule, message: message + at(offset + position), hint }));
}

/** Turns syntax errors into faults. */
function reportSyntax(pointer: string, offset: number, faults: FaultList, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    addSyntaxFault(error, pointer, offset, faults);
  }
}

function addSyntaxFault(
  { rule, message, hint, position }: ExpressionSyntaxError,
  pointer: string,
  offset: number,
  faults: FaultList,
): void {
  faults.add(() => ({ pointer, rule, message: message + at(offset + position), hint }));
}

/** Positions count from 1 in the string that the pointer names. */
function at(position: number): string {
  return ` (character ${position + 1})`;
}
