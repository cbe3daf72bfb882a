import type { Drill } from '../../lib/drill/drill.ts';
import { fromHistory } from './from-history.ts';
import { nextRelease } from './next-release.ts';

export const UPGRADES: readonly Drill[] = [nextRelease, fromHistory];
