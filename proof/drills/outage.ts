/**
 * `npm run drill -- outage [--json FILE] [--list]`: freezes PostgreSQL for 75 s behind the proxy with two APIs, and
 * compares what a client sees with metrics, objective and alerts. Takes six minutes. Exit code 1: they disagree.
 */

import { runSuite } from './kit/main.ts';
import { FROZEN_DATABASE } from './outage/frozen-database.ts';

await runSuite({ name: 'outage', drills: () => [FROZEN_DATABASE] });
