/**
 * AIO's error class. `code` is stable and public: the API maps it to a status and a problem `type`,
 * a failed step or run keeps it in `error`, metrics use it as `error.type`.
 */
export class AioError extends Error {
  readonly code: string;
  /** Machine-readable details: JSON without secrets. */
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

/** The failure of a step or run; `code` as in `AioError`. */
export interface Failure {
  code: string;
  message: string;
  [detail: string]: unknown;
}

/** One fault of an input, as in the `errors` of a problem. */
export interface Fault {
  /** RFC 6901 JSON pointer into the input; '' = the whole input. */
  pointer: string;
  /** Stable name of the violated rule, for example `cycle`, `unknown_step`, `required`. */
  rule: string;
  message: string;
  hint: string;
}

/** All faults of an input. */
export class ValidationError extends AioError {
  readonly faults: readonly Fault[];

  constructor(message: string, faults: readonly Fault[], code = 'validation_failed') {
    super(code, message);
    this.name = 'ValidationError';
    this.faults = faults;
  }
}
