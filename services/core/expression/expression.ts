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
 * @throws AioError `expression_syntax` if the expression does not parse, or can never be evaluated;
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
 * Runs a step of compilation, and adds the text to its syntax errors.
 *
 * @throws AioError `expression_syntax`; details: expression, rule, position, hint
 */
export function refuseBadSyntax<T>(text: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    const { rule, position, hint } = error;
    throw new AioError('expression_syntax', `Cannot compile ${shorten(text)}: ${error.message}`, {
      details: { expression: shorten(text), rule, position, hint },
    });
  }
}

/** Replaces a reason, which could quote a secret or a piece of it that redaction cannot find. */
const HIDDEN_REASON = 'the reason is hidden, because the expression uses a secret';

/**
 * Runs an evaluation, and adds the expression to its failure.
 *
 * @throws AioError `expression_failed`, `expression_missing_key`, `expression_type`,
 *   `expression_limit`; details: expression, reason
 */
function explain<T>(text: string, namesSecret: boolean, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    const reason = namesSecret ? HIDDEN_REASON : error.message;
    throw new AioError(error.code, `Cannot evaluate \${{ ${shorten(text)} }}: ${reason}`, {
      details: { expression: shorten(text), reason },
    });
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
