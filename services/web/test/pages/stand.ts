import type { TestContext } from 'node:test';
import {
  type StandInController,
  startStandInController,
} from '../../../api/testing/stand-in-controller.ts';
import { type Browser, openBrowser, type StorageState } from '../browser/open-browser.ts';
import { type Pages, startPages } from '../browser/start-pages.ts';

/** What the parts of `pages.test.ts` share. */
export interface PagesStand {
  pages: Pages;
  /** Opens pages as the admin unless it gets another session. */
  browser: Browser;
  builder: StorageState;
  /** Of game days. */
  controller: StandInController;
}

/** Starts the web UI with only an API, whose runs tests write themselves. */
export async function openPagesStand(t: TestContext): Promise<PagesStand> {
  const controller = await startStandInController(t);
  const pages = await startPages(t, controller.env);
  await pages.login.start();
  const browser = await openBrowser(t, pages);
  const builder = await browser.logIn('builder');
  await browser.logIn('admin');
  return { pages, browser, builder, controller };
}
