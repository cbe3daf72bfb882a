/** One compiled expression. */

import { AioError } from '../errors.ts';
import { analyzeExpression, type Names } from './analyze.ts';
import { evaluateExpression } from './evaluate.ts';
import { ExpressionFailure, ExpressionSyntaxError } from './failure.ts';
import type { Meter } from './meter.ts';
import { parseExpression } from './parse.ts';
import type { Scope } from './scope.ts';
import { toJson } from './to-json.ts';
import type { ValueMap } from './value.ts';

export interface Expression {
  readonly text: string;
  readonly names: Names;
  /** @throws AioError, see `Template.evaluate` */
  evaluate(scope: Scope, meter: Meter, maxBytes: number): unknown;
}

/**
 * @throws AioError `expression_syntax` for what does not parse or can never be evaluated;
 *   details: expression, rule, position, hint
 */
export function compileExpression(source: string): Expression {
  const text = source.trim();
  return refuseBadSyntax(text, () => {
    const faults: ExpressionSyntaxError[] = [];
    const root = parseExpression(text);
    const names = analyzeExpression(root, faults);
    if (faults[0]) throw faults[0];
    return {
      text,
      names,
      evaluate: (scope, meter, maxBytes) =>
        explain(text, names.secrets.length > 0, () => {
          const variables = scope as unknown as ValueMap;
          return toJson(evaluateExpression(root, variables, meter), meter, maxBytes);
        }),
    };
  });
}

/**
 * Runs a step of compilation, making its syntax error an error that carries the text.
 *
 * @throws AioError `expression_syntax`; details: expression, rule, position, hint
 */
export function refuseBadSyntax<T>(text: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    const { rule, position, hint } = error;
    throw new AioError('expression_syntax', `${error.message} in ${shorten(text)}`, {
      details: { expression: shorten(text), rule, position, hint },
    });
  }
}

/** Stands for a reason that could quote a secret, or a piece of it that nobody would recognize. */
const UNTOLD_REASON = 'it names a secret, so its value is not shown';

/**
 * Runs an evaluation, making its failure an error that carries the expression.
 *
 * @throws AioError `expression_failed`, `expression_missing_key`, `expression_type`,
 *   `expression_limit`; details: expression, reason
 */
function explain<T>(text: string, namesSecret: boolean, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    const reason = namesSecret ? UNTOLD_REASON : error.message;
    throw new AioError(error.code, `${reason} in \${{ ${shorten(text)} }}`, {
      details: { expression: shorten(text), reason },
    });
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
