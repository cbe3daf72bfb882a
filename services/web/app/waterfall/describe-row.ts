import type { Step } from '../../shared/api.ts';
import { formatDuration } from '../format/duration.ts';
import { appearanceOf } from '../status/appearance.ts';
import { keyOf } from './rows.ts';

/** A line in words, for those who hear it. */
export function describeRow(step: Step): string {
  const parts = [keyOf(step), step.kind, appearanceOf(step.status).label.toLowerCase()];
  if (step.resolution) parts.push(step.resolution);
  if (step.itemsTotal) parts.push(`${step.itemsTotal} items`);
  if (step.attempt > 1) parts.push(`attempt ${step.attempt}`);
  if (step.queueWaitMs !== null) parts.push(`queued ${formatDuration(step.queueWaitMs)}`);
  if (step.executionMs !== null) parts.push(`took ${formatDuration(step.executionMs)}`);
  if (step.error) parts.push(step.error.message);
  return parts.join(', ');
}
