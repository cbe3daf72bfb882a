import type { Locator, Page } from 'playwright-core';

/** A person's visit to a page. Counts clicks and filled fields. */
export interface Visit {
  page: Page;
  click(target: Locator): Promise<void>;
  type(field: Locator, text: string): Promise<void>;
  count(): { clicks: number; fields: number; seconds: number };
}

export function createVisit(page: Page): Visit {
  const startMs = performance.now();
  let [clicks, fields] = [0, 0];
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
    count: () => ({ clicks, fields, seconds: Math.round((performance.now() - startMs) / 1000) }),
  };
}
