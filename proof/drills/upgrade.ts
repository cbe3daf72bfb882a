/**
 * `npm run drill -- upgrade [--short] [--only a,b] [--seed N] [--json FILE] [--list]`: migrates and replaces
 * every process under load, and checks the answers to clients and the rows. Exit code 1: a limit was missed.
 */

import { runSuite } from './kit/main.ts';
import { fromHistory } from './upgrade/from-history.ts';
import { nextRelease } from './upgrade/next-release.ts';

await runSuite({ name: 'upgrade', drills: () => [nextRelease, fromHistory] });
