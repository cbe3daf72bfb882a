import { AioError } from '@aio/core/errors';
import { createBatch } from '@aio/platform/batch';
import {
  keyConflict,
  type Submission,
  type SubmissionResult,
  type Submitted,
} from '@aio/platform/queries/runs/submit-runs';

export interface Submitter {
  /**
   * null = the version is no longer the published one.
   * @throws AioError `idempotency_conflict`, `unavailable`
   */
  submit(submission: Submission): Promise<Submitted | null>;
}

export interface SubmitterDeps {
  /** Answers in the order of the submissions. */
  submitRuns(submissions: readonly Submission[]): Promise<readonly SubmissionResult[]>;
  now?: () => number;
}

/** How long a submission waits for the groups before its own: during an outage, each takes seconds to fail. */
export const MOST_WAIT_MS = 5_000;
const TOO_LATE =
  'The database does not respond in time. Try again, with the same Idempotency-Key if the request had one.';
const MAX_BATCH = 100;
/** A group is full at this size. */
const MAX_BATCH_CHARACTERS = 2 * 1024 * 1024;

/** Accepts runs with group commit. A submission that the database refuses fails alone. */
export function createSubmitter(deps: SubmitterDeps): Submitter {
  const { now = () => performance.now() } = deps;
  const groups = createBatch<Submission, SubmissionResult>({
    ask: (submissions) => deps.submitRuns(submissions),
    most: MAX_BATCH,
    weigh: ({ input }) => input.length,
    mostWeight: MAX_BATCH_CHARACTERS,
  });
  return {
    submit: (submission) =>
      new Promise((resolve, reject) => {
        const untilMs = now() + MOST_WAIT_MS;
        groups.add({
          take() {
            if (now() < untilMs) return submission;
            reject(new AioError('unavailable', TOO_LATE));
            return null;
          },
          answered(result) {
            if ('conflict' in result) reject(keyConflict());
            else resolve('outdated' in result ? null : result);
          },
          failed: reject,
        });
      }),
  };
}
