import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { FILES, readText, ROOT } from '../testing/files.ts';

const renovate = JSON.parse(readText('.github/renovate.json')) as {
  extends: string[];
  customManagers: {
    managerFilePatterns: string[];
    matchStrings: string[];
    depNameTemplate?: string;
  }[];
  packageRules: { matchDatasources?: string[]; pinDigests?: boolean }[];
};

/** Number of pins by file; null = one per Go module. */
const PINS: Readonly<Record<string, number | null>> = {
  'tools/bootstrap.mjs': 1,
  'docker-compose.yml': 1,
  'loadtest/load/find-k6.ts': 1,
  'tools/programs/get-keycloak.ts': 1,
  'tools/programs/go-servers.ts': null,
  'proof/verify/without-images/go-programs.ts': 2,
  'proof/verify/kubernetes/checks/apply.ts': null,
};

function modulesOf(file: string): number {
  return [...readText(file).matchAll(/\bmodule: '/g)].length;
}

/** Matches of our own Renovate rules in a file, as `name version`. */
function findPins(file: string): string[] {
  const managers = renovate.customManagers.filter(({ managerFilePatterns }) =>
    managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)),
  );
  return managers.flatMap(({ matchStrings, depNameTemplate }) =>
    matchStrings.flatMap((pattern) =>
      [...readText(file).matchAll(new RegExp(pattern, 'g'))].map(
        ({ groups }) => `${groups?.depName ?? depNameTemplate} ${groups?.currentValue}`,
      ),
    ),
  );
}

test('workflows pin each action by commit, with its version as a comment', () => {
  const workflows = globSync('.github/workflows/*.yml', { cwd: ROOT });
  assert.ok(workflows.length > 0);
  for (const file of workflows) {
    const uses = [...readText(file).matchAll(/uses: (?!\.\/)(.+)$/gm)].map(
      ([, action]) => action ?? '',
    );
    assert.ok(uses.length > 0, file);
    for (const action of uses)
      assert.match(action, /^[\w-]+\/[\w-]+(\/[\w-]+)*@[0-9a-f]{40} # v\d+(\.\d+)*$/, file);
  }
});

test('Renovate updates actions by commit, pins images by digest, and finds every pin of our own rules', () => {
  for (const preset of ['config:recommended', 'helpers:pinGitHubActionDigests'])
    assert.ok(renovate.extends.includes(preset), preset);
  assert.deepEqual(
    renovate.packageRules.filter(({ pinDigests }) => pinDigests),
    [{ matchDatasources: ['docker'], pinDigests: true }],
  );
  for (const [file, count] of Object.entries(PINS)) {
    const pins = findPins(file);
    assert.equal(pins.length, count ?? modulesOf(file), file);
    for (const pin of pins) assert.match(pin, /^\S+ v?\d+\.\d+\.\d+/, file);
  }
});

test('tests and Compose have the same versions of Keycloak and k6', () => {
  for (const file of ['tools/programs/get-keycloak.ts', 'loadtest/load/find-k6.ts']) {
    const [pin = ''] = findPins(file);
    const image = new RegExp(`image: ${pin.replace(' ', ':')}(@|\n)`);
    assert.match(FILES.map(readText).join(), image);
  }
});

test('the pages of differences name the images of docker-compose.yml with their versions', () => {
  const pinned = [
    ...readText('docker-compose.yml').matchAll(
      /(?:image|NODE_IMAGE): ([^\s@]+:[\w.-]+)(?:@\S+)?$/gm,
    ),
  ];
  const images = new Set(pinned.map(([, image]) => image));
  for (const page of ['deploy/README.md', 'deploy/README.ja.md']) {
    const rows = readText(page).match(/^\| .+ \|$/gm) ?? [];
    // The second column; a port or a setting has no dot after a colon.
    const named = rows.flatMap((row) =>
      [...(row.split('|')[2] ?? '').matchAll(/`([\w./-]+:\d+\.[\w.-]+)`/g)].map(
        ([, image]) => image,
      ),
    );
    assert.equal(new Set(named).size, 6, page);
    for (const image of named) assert.ok(images.has(image), image);
  }
});
