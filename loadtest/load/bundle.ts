import { build, type BuildOptions } from 'esbuild';
import { basename } from 'node:path';
import { SCENARIO_NAMES, type ScenarioName, scenarioFile } from './scenarios.ts';

const OPTIONS = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: ['k6', 'k6/*'],
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * Bundles a scenario and its imports into one file, because k6 reads TypeScript but no npm packages.
 * @param outfile path of the bundle
 */
export async function bundleScenario(name: ScenarioName, outfile: string): Promise<void> {
  await build({ ...OPTIONS, entryPoints: [scenarioFile(name)], outfile });
}

/**
 * Bundles all scenarios for k6 without the load command.
 * @returns texts by file name: one file per scenario, and shared files
 */
export async function bundleAlone(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    ...OPTIONS,
    entryPoints: Object.fromEntries(SCENARIO_NAMES.map((name) => [name, scenarioFile(name)])),
    splitting: true,
    chunkNames: 'shared-[hash]',
    outdir: 'generated',
    write: false,
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}
