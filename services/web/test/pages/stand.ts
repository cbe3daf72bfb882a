import type { TestContext } from 'node:test';
import {
  type StandInController,
  startStandInController,
} from '../../../api/testing/stand-in-controller.ts';
import { type Browser, openBrowser, type StorageState } from '../browser/open-browser.ts';
import { skipWithout } from '../browser/programs.ts';
import { type BackfilledDay, startBackfilled } from '../browser/start-backfilled.ts';
import { type Pages, startPages } from '../browser/start-pages.ts';

/** What the parts of `pages.test.ts` share. */
export interface PagesStand {
  pages: Pages;
  /** Opens pages as the admin unless it gets another session. */
  browser: Browser;
  builder: StorageState;
  /** Of game days. */
  controller: StandInController;
  /** The past days in Prometheus; undefined = this machine has no Prometheus. */
  days: readonly [BackfilledDay, BackfilledDay] | undefined;
}

/** Starts the web UI with only an API, whose runs tests write themselves, and a Prometheus of the past. */
export async function openPagesStand(t: TestContext): Promise<PagesStand> {
  const past = skipWithout('prometheus', 'promtool') ? undefined : await startBackfilled(t);
  const controller = await startStandInController(t);
  const pages = await startPages(t, {
    ...controller.env,
    ...(past && { PROMETHEUS_URL: past.url }),
  });
  await pages.login.start();
  const browser = await openBrowser(t, pages);
  const builder = await browser.logIn('builder');
  await browser.logIn('admin');
  return { pages, browser, builder, controller, days: past?.days };
}
