/** Why an expression came to no value; the template adds which expression it was. */

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

/** An expression that can never be evaluated: it does not parse, or names what cannot be named. */
export class ExpressionSyntaxError extends Error {
  /** Name of the rule, as in a `Fault`. */
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
