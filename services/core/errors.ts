/**
 * The one error class of the product. `code` is stable and public: the API maps it to a status and
 * a problem `type`, a failed step or run keeps it in its `error`, metrics use it as `error.type`.
 */
export class AioError extends Error {
  readonly code: string;
  /** Machine-readable particulars; nothing secret, everything JSON. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AioError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** What a step or run keeps of its failure; `code` as in `AioError`. */
export interface Failure {
  code: string;
  message: string;
  [detail: string]: unknown;
}

/** One fault in an input, as it stands in a problem's `errors`. */
export interface Fault {
  /** RFC 6901 JSON pointer into what was sent; '' = the whole. */
  pointer: string;
  /** Stable name of the broken rule, e.g. `cycle`, `unknown_step`, `required`. */
  rule: string;
  message: string;
  hint: string;
}

/** All faults of an input at once. */
export class ValidationError extends AioError {
  readonly faults: readonly Fault[];

  constructor(message: string, faults: readonly Fault[], code = 'validation_failed') {
    super(code, message);
    this.name = 'ValidationError';
    this.faults = faults;
  }
}
