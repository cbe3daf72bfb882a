import { build, type BuildOptions, type PluginBuild } from 'esbuild';
import { basename, dirname } from 'node:path';
import { SCENARIO_NAMES, type ScenarioName, scenarioFile } from './scenarios.ts';

const OPTIONS = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: ['k6', 'k6/*'],
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** Export through which the command gets the figures. Without it, k6 prints its own summary. */
const FOR_THE_COMMAND = 'handleSummary';
/** Prefix of a scenario's name for a bundle without that export. */
const ALONE = 'alone:';

/**
 * Bundles a scenario and its imports into one file, because k6 reads TypeScript but no npm packages.
 * @param outfile path of the file
 */
export async function bundleScenario(name: ScenarioName, outfile: string): Promise<void> {
  await build({ ...OPTIONS, entryPoints: [scenarioFile(name)], outfile });
}

/**
 * Bundles all scenarios for k6 without the load command. k6 then prints its own summary.
 * @returns texts by file name: one file per scenario, and shared files
 */
export async function bundleAlone(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    ...OPTIONS,
    entryPoints: Object.fromEntries(SCENARIO_NAMES.map((name) => [name, `${ALONE}${name}`])),
    plugins: [{ name: ALONE, setup: leaveOutSummary }],
    splitting: true,
    chunkNames: 'shared-[hash]',
    outdir: 'generated',
    write: false,
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

/** Makes entry points that export everything of a scenario except the summary. */
function leaveOutSummary({ onResolve, onLoad }: PluginBuild): void {
  onResolve({ filter: new RegExp(`^${ALONE}`) }, ({ path }) => ({
    path: scenarioFile(path.slice(ALONE.length) as ScenarioName),
    namespace: ALONE,
  }));
  onLoad({ filter: /./, namespace: ALONE }, async ({ path }) => {
    const names = (await exportsOf(path)).filter((name) => name !== FOR_THE_COMMAND);
    const contents = `export { ${names.join(', ')} } from ${JSON.stringify(path)};`;
    return { contents, resolveDir: dirname(path), loader: 'ts' };
  });
}

async function exportsOf(file: string): Promise<string[]> {
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: [file],
    metafile: true,
    write: false,
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}
