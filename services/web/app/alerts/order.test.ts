import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../shared/api.ts';
import { groupAlerts } from './order.ts';

const USUAL = { severity: 'page', state: 'firing', silences: [], isInhibited: false };
const alert = (name: string, rest: Partial<Alert>) => ({ ...USUAL, name, ...rest }) as Alert;

test('alerts are grouped by urgency; an active name is not listed as inactive', () => {
  const silence = { id: 's', createdBy: 'ada', comment: '', endsAt: '2026-11-25T12:00:00Z' };
  const groups = groupAlerts([
    alert('Fires', {}),
    alert('Watchdog', { severity: 'none' }),
    alert('Silenced', { silences: [silence] }),
    alert('Caused', { isInhibited: true }),
    alert('Pends', { state: 'pending' }),
    alert('Fires', { state: 'inactive' }),
    alert('Sleeps', { state: 'inactive' }),
    alert('Sleeps', { state: 'inactive', severity: 'ticket' }),
  ]);
  const names = Object.fromEntries(
    Object.entries(groups).map(([group, of]) => [group, of.map(({ name }: Alert) => name)]),
  );
  assert.deepEqual(names, {
    firing: ['Fires'],
    pending: ['Pends'],
    quiet: ['Watchdog', 'Silenced', 'Caused'],
    inactive: ['Sleeps'],
  });
});
