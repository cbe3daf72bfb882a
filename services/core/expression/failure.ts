/** Why an evaluation failed. `expression.ts` adds the text of the expression. */

export type FailureCode =
  | 'expression_failed'
  | 'expression_missing_key'
  | 'expression_type'
  | 'expression_limit';

export class ExpressionFailure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, reason: string) {
    super(reason);
    this.name = 'ExpressionFailure';
    this.code = code;
  }
}

/** The expression can never be evaluated: it does not parse, or uses an unknown name. */
export class ExpressionSyntaxError extends Error {
  /** As in a `Fault`. */
  readonly rule: string;
  readonly hint: string;
  /** Offset in the expression. */
  readonly position: number;

  constructor(rule: string, message: string, hint: string, position: number) {
    super(message);
    this.name = 'ExpressionSyntaxError';
    this.rule = rule;
    this.hint = hint;
    this.position = position;
  }
}
