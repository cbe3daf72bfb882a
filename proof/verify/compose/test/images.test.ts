import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readServices, readText } from '../testing/files.ts';

const SERVICES = readServices();
const dockerfiles = [
  ...new Set(Object.values(SERVICES).flatMap(({ build }) => build?.dockerfile ?? [])),
];
const ignored = readText('.dockerignore').split('\n');
/** Folders with main files in the back end's image. */
const MAINS = ['api', 'worker', 'platform', 'llm-simulator'];

interface Manifest {
  dependencies?: Record<string, string>;
}

/** Folders of workspaces and of the workspaces that they depend on. */
function standOn(names: readonly string[]): string[] {
  const { workspaces } = JSON.parse(readText('package.json')) as { workspaces: string[] };
  const folders = new Map(workspaces.map((folder) => [folder.split('/').at(-1), folder]));
  const found = new Set<string>();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const folder = folders.get(name) ?? assert.fail(`no workspace ${name}`);
    if (found.has(folder)) continue;
    found.add(folder);
    const { dependencies = {} } = JSON.parse(readText(`${folder}/package.json`)) as Manifest;
    for (const needed of Object.keys(dependencies)) {
      if (needed.startsWith('@aio/')) queue.push(needed.slice('@aio/'.length));
    }
  }
  return [...found].toSorted();
}

/** Sources of `COPY` in the project. */
function copied(text: string): string[] {
  return [...text.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, from = '']) => from.split(' '));
}

for (const file of dockerfiles)
  test(`${file} uses the base image of docker-compose.yml in every stage`, () => {
    const stages = readText(file).match(/^FROM .+$/gm) ?? [];
    assert.ok(stages.length > 1);
    for (const stage of stages) assert.match(stage, /^FROM \$\{NODE_IMAGE\}/);
  });

test('images, CI and `npm start` have the same version of Node.js', () => {
  const versions = (file: string, pattern: RegExp) =>
    [...readText(file).matchAll(pattern)].map(([, version]) => version);
  const [version] = versions('docker-compose.yml', /NODE_IMAGE: node:([\d.]+)-/g);
  assert.ok(version);
  assert.deepEqual(
    new Set([
      ...versions('.github/workflows/ci.yml', /node-version: (\S+)/g),
      ...versions('.github/workflows/nightly.yml', /node-version: (\S+)/g),
      ...versions('tools/bootstrap.mjs', /^const NODE_VERSION = '(.+)';/gm),
    ]),
    new Set([version]),
  );
});

test('images have exactly the workspaces that their programs need', () => {
  const { workspaces } = JSON.parse(readText('package.json')) as { workspaces: string[] };
  for (const [name, programs] of Object.entries({ backend: MAINS, frontend: ['web'] })) {
    const sources = copied(readText(`deploy/compose/${name}.Dockerfile`));
    const folders = sources.filter((source) => workspaces.includes(source));
    assert.deepEqual(folders.toSorted(), standOn(programs), name);
  }
});

test('the image has the files that the API reads, such as runbooks', () => {
  const text = readText('deploy/compose/backend.Dockerfile');
  for (const folder of ['dashboards/generated', 'observability/runbooks'])
    assert.ok(copied(text).includes(folder), folder);
  const isLast = ignored.indexOf('!observability/runbooks/*.md') > ignored.indexOf('**/*.md');
  assert.ok(isLast, 'runbooks are Markdown');
});

test('the back end knows the revision of its image', () => {
  const text = readText('deploy/compose/backend.Dockerfile');
  const last = text.split(/^FROM /m).at(-1) ?? '';
  assert.match(last, /^ARG AIO_REVISION=unknown$[^]*^ENV AIO_REVISION=\$\{AIO_REVISION\}$/m);
  assert.match(readText('docker-compose.yml'), /^ +AIO_REVISION: \$\{AIO_REVISION:-unknown\}$/m);
});

test('the build context contains only listed files', () => {
  assert.equal(
    ignored.find((line) => line !== '' && !line.startsWith('#')),
    '*',
  );
});
