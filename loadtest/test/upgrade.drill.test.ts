import { test } from 'node:test';
import { nextRelease } from '../drills/upgrade/next-release.ts';
import { testDrill } from '../testing/test-drill.ts';

test(`${nextRelease.name}: ${nextRelease.what}`, (t) => testDrill(t, nextRelease));
