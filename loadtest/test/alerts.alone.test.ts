import { describe, test } from 'node:test';
import { ALERT_DRILLS } from '../drills/alerts/all.ts';
import { asFault } from '../lib/alert-drill/run-drill.ts';
import { testFault } from '../testing/test-fault.ts';

/** What Prometheus sees by itself, and a share of events that the worker counts. */
const SHORT = ['one-worker-less', 'llm-errors'];
const skip = process.env.TEST_PROMETHEUS_PATH ? false : 'no Prometheus on this machine';

// They wait more than they work.
describe('alerts', { concurrency: SHORT.length, skip }, () => {
  for (const drill of ALERT_DRILLS.filter(({ name }) => SHORT.includes(name)))
    test(`${drill.name}: ${drill.what}`, (t) => testFault(t, asFault(drill)));
});
