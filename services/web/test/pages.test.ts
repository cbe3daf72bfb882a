import { test } from 'node:test';
import { skipWithout } from './browser/programs.ts';
import { runParts } from './browser/run-parts.ts';
import { testGameDays } from './pages/game-days.ts';
import { testLogin } from './pages/login.ts';
import { testRunsList } from './pages/runs-list.ts';
import { openPagesStand } from './pages/stand.ts';

const skip = skipWithout('chromium', 'webServer');

/** In this order: the login stops the login service, then Redis, and ends the builder's session. */
const PARTS = {
  'runs list': testRunsList,
  'game days': testGameDays,
  login: testLogin,
};

test('the web UI with only an API', { skip }, async (t) => {
  await runParts(t, await openPagesStand(t), PARTS);
});
