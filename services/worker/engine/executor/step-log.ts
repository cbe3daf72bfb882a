import type { Redactor } from '@aio/core/text/redact';
import type { StepLog } from '../../steps/step-kind.ts';
import type { Observer, TracedRun, TracedStep } from '../observer.ts';

const MAX_LOG_BYTES = 64 * 1024;

export type LogLevel = 'info' | 'warn' | 'error';

/** JSON text of the list of lines. */
export interface Logged {
  lines: string;
  truncated: boolean;
}

/** Log of one attempt. Passes each line on at once, and keeps up to 64 kB of JSON. */
export class AttemptLog implements StepLog {
  readonly #observer: Observer;
  readonly #run: TracedRun;
  readonly #step: TracedStep;
  readonly #redactor: Redactor;
  #lines: string[] | null = null;
  #bytes = 2;
  #truncated = false;

  constructor(observer: Observer, run: TracedRun, step: TracedStep, redactor: Redactor) {
    this.#observer = observer;
    this.#run = run;
    this.#step = step;
    this.#redactor = redactor;
  }

  info(message: string, fields?: Record<string, unknown>): void {
    this.#add('info', message, fields);
  }

  warn(message: string, fields?: Record<string, unknown>): void {
    this.#add('warn', message, fields);
  }

  error(message: string, fields?: Record<string, unknown>): void {
    this.#add('error', message, fields);
  }

  /** null = nothing was logged. */
  take(): Logged | null {
    if (this.#lines === null) return null;
    return { lines: `[${this.#lines.join(',')}]`, truncated: this.#truncated };
  }

  #add(level: LogLevel, said: string, saidOf?: Record<string, unknown>): void {
    const message = this.#redactor.text(said);
    const fields = this.#redactor.value(saidOf) as typeof saidOf;
    this.#observer.stepLogged(this.#run, this.#step, level, message, fields);
    const line = JSON.stringify({ ...fields, at: new Date().toISOString(), level, message });
    const size = Buffer.byteLength(line) + 1;
    this.#lines ??= [];
    if (this.#bytes + size > MAX_LOG_BYTES) {
      this.#truncated = true;
      return;
    }
    this.#bytes += size;
    this.#lines.push(line);
  }
}
