import { settings } from './settings.ts';

/** k6's figures as they are: the command makes the report. */
export function handleSummary(data: unknown): Record<string, string> {
  return { [settings.summaryFile]: JSON.stringify(data) };
}
