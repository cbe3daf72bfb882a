import { test } from 'node:test';
import { skipWithout } from './browser/programs.ts';
import { runParts } from './browser/run-parts.ts';
import { testAllPages } from './site/all-pages.ts';
import { testBusyRun } from './site/busy-run.ts';
import { testClickToSql } from './site/click-to-sql.ts';
import { testEditor } from './site/editor.ts';
import { testJourney } from './site/journey.ts';
import { testLiveTexts } from './site/live-texts.ts';
import { testLists } from './site/lists.ts';
import { testLoginSessions } from './site/login-sessions.ts';
import { testRunPage } from './site/run-page.ts';
import { testRuns } from './site/runs.ts';
import { testOutage } from './site/outage.ts';
import { openStand } from './site/stand.ts';
import { testSyntheticCheck } from './site/synthetic-check.ts';
import { testTimeline } from './site/timeline.ts';
import { testTrace } from './site/trace.ts';
import { testTruth } from './site/truth.ts';
import { testWorkflows } from './site/workflows.ts';

const skip = skipWithout('chromium', 'webServer');

/** In this order: the first parts see a system that is almost empty. */
const PARTS = {
  lists: testLists,
  workflows: testWorkflows,
  runs: testRuns,
  'run page': testRunPage,
  timeline: testTimeline,
  truth: testTruth,
  'busy run': testBusyRun,
  'live texts': testLiveTexts,
  trace: testTrace,
  'click to SQL': testClickToSql,
  editor: testEditor,
  journey: testJourney,
  outage: testOutage,
  'login sessions': testLoginSessions,
  'all pages': testAllPages,
  'synthetic check': testSyntheticCheck,
};

test('the web UI with the real API and worker', { skip }, async (t) => {
  await runParts(t, await openStand(t), PARTS);
});
