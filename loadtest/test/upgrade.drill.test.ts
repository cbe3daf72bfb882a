import { test } from 'node:test';
import { nextRelease } from '../drills/upgrade/next-release.ts';
import { testFault } from '../testing/test-fault.ts';

test(`${nextRelease.name}: ${nextRelease.what}`, (t) => testFault(t, nextRelease));
