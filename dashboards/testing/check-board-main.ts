/** `check-board-main.ts <board.json>`: prints what does not match Grafana's types; exit code 1 if anything does not. */
import { readFileSync } from 'node:fs';
import { checksOf, findFaults } from './grafana-types.ts';

const [file = ''] = process.argv.slice(2);
const faults = findFaults(
  checksOf(JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof checksOf>[0]),
);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
