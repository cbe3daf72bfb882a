import type { Excuses } from '../findings.ts';

const POOL_IS_FULL = 'only if the pool is full: drill alerts --only slow-database';

/** Findings of `checkSpans` and `checkPlaces` that the load does not cause, with the drill (`npm run drill`) or test that does. */
export const EXCUSED_SPANS: Excuses = {
  'span "send {queue}" never has error.type': 'drill faults',
  'span "{method}" never has http.request.resend_count': 'services/worker/steps/http.test.ts',
  'span "{query}" never has db.response.status_code': 'services/api/test/telemetry.test.ts',
  'span "acquire connection" never has db.response.status_code':
    'services/platform/test/pool.test.ts',
  'span "acquire connection" never has error.type': 'services/platform/test/pool.test.ts',
  'span "acquire connection" was not seen': POOL_IS_FULL,
  'span "acquire connection" never lies below "process {queue}"': POOL_IS_FULL,
  'span "acquire connection" never lies below "run {workflow}"': POOL_IS_FULL,
  'span "acquire connection" never lies below "step {kind}"': POOL_IS_FULL,
  'span "acquire connection" never lies below "{method} {route}"': POOL_IS_FULL,
};
