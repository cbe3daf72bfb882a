/** Templates: JSON values whose strings may hold `${{ CEL }}`. */

import type { Scope } from './scope.ts';

export type { Scope, StepScope } from './scope.ts';

export interface Template {
  /**
   * The value with its expressions replaced by their results. Literal parts are shared between
   * calls: do not change them.
   *
   * @throws AioError `expression_failed`, `expression_missing_key`, `expression_type`,
   *   `expression_limit`; details: expression, reason
   */
  evaluate(scope: Scope): unknown;
  /** Ids of the steps whose `.output` is named. */
  readonly reads: readonly string[];
  /** Ids of all steps named. */
  readonly uses: readonly string[];
  /** No expression in it: `evaluate` always gives the same. */
  readonly isConstant: boolean;
}

export declare function compileTemplate(value: unknown): Template;
export declare function compileCondition(text: string): Template;
