import type { Locator, Page } from 'playwright-core';
import { takeStep } from './take-screenshot.ts';

/** A person's visit to a page. Counts clicks and filled fields, and keeps numbered screenshots. */
export interface Visit {
  page: Page;
  click(target: Locator): Promise<void>;
  type(field: Locator, text: string): Promise<void>;
  /** Takes a screenshot, e.g. `<folder>/01-login.png`. */
  show(step: string): Promise<void>;
  count(): { clicks: number; fields: number; seconds: number };
}

export function createVisit(page: Page, folder: string): Visit {
  const startMs = performance.now();
  let [clicks, fields, steps] = [0, 0, 0];
  return {
    page,
    async click(target) {
      clicks += 1;
      await target.click();
    },
    async type(field, text) {
      fields += 1;
      await field.fill(text);
    },
    async show(step) {
      steps += 1;
      await takeStep(page, `${folder}/${String(steps).padStart(2, '0')}-${step}`);
    },
    count: () => ({ clicks, fields, seconds: Math.round((performance.now() - startMs) / 1000) }),
  };
}
