import { mkdirSync, writeFileSync } from 'node:fs';
import { BOARD } from './board.ts';
import { OBJECTIVES } from './objectives.ts';

/** Writes what Prometheus, promtool, Grafana and k6 read. */
const files = {
  'rules.yml': OBJECTIVES.ruleFile(),
  'rules.test.yml': OBJECTIVES.ruleTests('rules.yml'),
  'board.json': JSON.stringify(BOARD, null, 2),
  'thresholds.json': JSON.stringify(OBJECTIVES.k6Thresholds(), null, 2),
};
mkdirSync('generated', { recursive: true });
for (const [name, text] of Object.entries(files)) writeFileSync(`generated/${name}`, `${text}\n`);
