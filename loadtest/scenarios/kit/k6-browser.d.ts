/**
 * What scenarios use of `k6/browser`. The types of `@types/k6` bring those of pages in browsers along, which would then
 * be known to every file of the project. `tsconfig.json` names this file in their place.
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
