import type { Fault } from '../../lib/fault-drill/fault.ts';
import { fromHistory } from './from-history.ts';
import { nextRelease } from './next-release.ts';

export const UPGRADES: readonly Fault[] = [nextRelease, fromHistory];
