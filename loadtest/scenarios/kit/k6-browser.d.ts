/**
 * The part of `k6/browser` that scenarios use. The types in `@types/k6` would make the browser's types visible in every
 * file of the project, so `tsconfig.json` names this file instead.
 */

interface Patience {
  /** Milliseconds. */
  timeout?: number;
}

interface Locator {
  click(options?: Patience): Promise<void>;
  fill(value: string, options?: Patience): Promise<void>;
  waitFor(options?: Patience & { state?: 'visible' | 'hidden' }): Promise<void>;
}

export interface Page {
  goto(url: string, options?: Patience): Promise<unknown>;
  locator(selector: string): Locator;
  getByRole(role: string, options?: { name?: string }): Locator;
  url(): string;
  /** Runs the function in the page. */
  evaluate<Argument, Result>(
    work: (argument: Argument) => Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
}

interface BrowserContext {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

export const browser: {
  newContext(options?: { locale?: string }): Promise<BrowserContext>;
};
