import { settings } from './settings.ts';

/** Writes k6's figures unchanged. The command makes the report. */
export function handleSummary(data: unknown): Record<string, string> {
  return { [settings.summaryFile]: JSON.stringify(data) };
}
