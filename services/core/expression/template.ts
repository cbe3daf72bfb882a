/** Templates: JSON values whose strings may contain `${{ CEL }}`. */

import { AioError } from '../errors.ts';
import { compileExpression, refuseBadSyntax, type Expression } from './expression.ts';
import { MAX_RESULT_BYTES } from './limits.ts';
import { Meter } from './meter.ts';
import { isTemplate, soleExpression, splitPlaceholders } from './placeholders.ts';
import type { Scope } from './scope.ts';
import { setMember, typeOf } from './value.ts';

export type { Scope } from './scope.ts';

export interface Template {
  /**
   * The value with the results of its expressions. Calls share the literal parts, so do not change
   * the value.
   *
   * @param onSecret receives the result of each expression that names a secret
   * @throws AioError `expression_failed`, `expression_missing_key`, `expression_type`,
   *   `expression_limit`; details: expression, reason
   */
  evaluate(scope: Scope, onSecret?: OnSecret): unknown;
  /** Ids of the steps whose `.output` it reads. */
  readonly reads: readonly string[];
  /** Ids of all steps that it names. */
  readonly uses: readonly string[];
  /** Names of the secrets that it uses. */
  readonly secrets: readonly string[];
  /** The template has no expression, so `evaluate` always returns the same value. */
  readonly isConstant: boolean;
}

export interface TemplateOptions {
  /** Most JSON bytes of one expression's result; default `MAX_RESULT_BYTES`. */
  maxResultBytes?: number;
  /** Members of the value that are never templates. */
  literalKeys?: readonly string[] | undefined;
}

type OnSecret = (result: unknown) => void;

interface Evaluation {
  readonly scope: Scope;
  readonly meter: Meter;
  readonly onSecret: OnSecret | undefined;
}

type Evaluate = (evaluation: Evaluation) => unknown;
type Compile = (source: string) => Evaluate;
type Part =
  | { readonly isConstant: true; readonly value: unknown }
  | { readonly isConstant: false; readonly evaluate: Evaluate };

/**
 * Compiles a JSON value. A string that is one expression, ignoring white space around it, has the
 * typed value. In other text, string results are inserted unchanged, and other results as JSON.
 * Keys of objects are not templates.
 *
 * @throws AioError `expression_syntax`, see `compileExpression`
 */
export function compileTemplate(value: unknown, options: TemplateOptions = {}): Template {
  const maxBytes = options.maxResultBytes ?? MAX_RESULT_BYTES;
  const expressions: Expression[] = [];

  function compile(source: string): Evaluate {
    const expression = compileExpression(source);
    expressions.push(expression);
    const namesSecret = expression.names.secrets.length > 0;
    return ({ scope, meter, onSecret }) => {
      const result = expression.evaluate(scope, meter, maxBytes);
      if (namesSecret) onSecret?.(result);
      return result;
    };
  }

  const part = compilePart(value, compile, options.literalKeys);
  return {
    evaluate: (scope, onSecret) => evaluatePart(part, { scope, meter: new Meter(), onSecret }),
    isConstant: part.isConstant,
    reads: unique(expressions.flatMap(({ names }) => names.reads)),
    uses: unique(expressions.flatMap(({ names }) => names.steps.map(({ name }) => name))),
    secrets: unique(expressions.flatMap(({ names }) => names.secrets.map(({ name }) => name))),
  };
}

/**
 * Compiles an `if`: an expression, with or without the braces.
 *
 * @returns a template whose `evaluate` returns a boolean, or throws `expression_type`
 * @throws AioError `expression_syntax`
 */
export function compileCondition(text: string): Template {
  const expression = refuseBadSyntax(text, () => conditionExpression(text));
  const template = compileTemplate(`\${{ ${expression} }}`);
  return {
    ...template,
    evaluate(scope) {
      const result = template.evaluate(scope);
      if (typeof result === 'boolean') return result;
      const reason = `the condition must be true or false, not ${typeOf(result)}`;
      throw new AioError('expression_type', `Cannot evaluate ${text.slice(0, 200)}: ${reason}`, {
        details: { expression: text.slice(0, 200), reason },
      });
    },
  };
}

/**
 * The expression of an `if`, without its braces.
 *
 * @throws ExpressionSyntaxError if the braces are not closed
 */
export function conditionExpression(text: string): string {
  if (!isTemplate(text)) return text;
  return soleExpression(splitPlaceholders(text))?.text ?? text;
}

function compilePart(value: unknown, compile: Compile, literalKeys: readonly string[] = []): Part {
  if (typeof value === 'string') return compileText(value, compile);
  if (Array.isArray(value)) {
    const parts = value.map((item) => compilePart(item, compile));
    return combine(parts, (results) => results);
  }
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(([key, member]): Part =>
      literalKeys.includes(key)
        ? { isConstant: true, value: member }
        : compilePart(member, compile),
    );
    return combine(parts, (results) => toObject(Object.keys(value), results));
  }
  return { isConstant: true, value };
}

function combine(parts: readonly Part[], build: (results: unknown[]) => unknown): Part {
  if (parts.every((part) => part.isConstant)) {
    return { isConstant: true, value: build(parts.map((part) => part.value)) };
  }
  return {
    isConstant: false,
    evaluate: (evaluation) => build(parts.map((part) => evaluatePart(part, evaluation))),
  };
}

function compileText(text: string, compile: Compile): Part {
  if (!isTemplate(text)) return { isConstant: true, value: text };
  const segments = refuseBadSyntax(text, () => [...splitPlaceholders(text)]);
  const sole = soleExpression(segments);
  if (sole) return { isConstant: false, evaluate: compile(sole.text) };
  const parts = segments.map((segment): Part =>
    segment.type === 'text'
      ? { isConstant: true, value: segment.text }
      : { isConstant: false, evaluate: compile(segment.text) },
  );
  return combine(parts, (results) => results.map(toText).join(''));
}

function evaluatePart(part: Part, evaluation: Evaluation): unknown {
  return part.isConstant ? part.value : part.evaluate(evaluation);
}

function toText(result: unknown): string {
  return typeof result === 'string' ? result : JSON.stringify(result);
}

function toObject(keys: readonly string[], members: readonly unknown[]): object {
  const object = {};
  keys.forEach((key, index) => setMember(object, key, members[index]));
  return object;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
