import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { readText, ROOT } from '../testing/files.ts';

const renovate = JSON.parse(readText('.github/renovate.json')) as {
  extends: string[];
  customManagers: {
    managerFilePatterns: string[];
    matchStrings: string[];
    depNameTemplate?: string;
    autoReplaceStringTemplate?: string;
  }[];
  packageRules: { matchDatasources?: string[]; pinDigests?: boolean }[];
};

const DIGEST = `sha256:${'0a'.repeat(32)}`;

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

test('Renovate updates actions by commit, and finds the pins of our own rules', () => {
  assert.ok(renovate.extends.includes('config:recommended'));
  assert.ok(renovate.extends.includes('helpers:pinGitHubActionDigests'));
  const [node] = findPins('services/stack/bootstrap.mjs');
  assert.match(node ?? '', /^node \d+\.\d+\.\d+$/);
  const [, version = ''] = node?.split(' ') ?? [];
  assert.deepEqual(findPins('docker-compose.yml'), [`node ${version}-trixie-slim`]);
  assert.match(findPins('loadtest/lib/load-test/find-k6.ts').join(), /^grafana\/k6 \d+\.\d+\.\d+$/);
  assert.match(
    findPins('services/stack/without-images/servers/get-keycloak.ts').join(),
    /^quay\.io\/keycloak\/keycloak \d+\.\d+\.\d+$/,
  );
  assert.match(
    findPins('deploy/ecs/template.yaml').join(),
    /^otel\/opentelemetry-collector-contrib \d+\.\d+\.\d+$/,
  );
  const modules = [
    ...readText('services/stack/without-images/servers/go-servers.ts').matchAll(/^ {4}module: /gm),
  ];
  assert.equal(
    findPins('services/stack/without-images/servers/go-servers.ts').length,
    modules.length,
  );
  assert.ok(modules.length > 3);
});

test('Renovate pins images by digest, also those of our own rules', () => {
  const pinning = renovate.packageRules.filter(({ pinDigests }) => pinDigests);
  assert.deepEqual(pinning, [{ matchDatasources: ['docker'], pinDigests: true }]);
  const own = renovate.customManagers.filter(
    ({ autoReplaceStringTemplate }) => autoReplaceStringTemplate,
  );
  assert.equal(own.length, 3);
  for (const { managerFilePatterns, matchStrings, autoReplaceStringTemplate = '' } of own) {
    const [pattern = ''] = matchStrings;
    const [file = ''] = managerFilePatterns;
    const source = readText(file.slice(2, -2).replaceAll('\\', ''));
    const [pin = '', name = '', version = ''] = new RegExp(pattern).exec(source) ?? [];
    const pinned = autoReplaceStringTemplate
      .replace('{{{depName}}}', name)
      .replace('{{{newValue}}}', version)
      .replace('{{#if newDigest}}@{{{newDigest}}}{{/if}}', `@${DIGEST}`);
    assert.equal(pinned.replace(`@${DIGEST}`, ''), pin.replace(/@sha256:\w+/, ''));
    assert.equal(
      new RegExp(pattern).exec(pinned)?.groups?.currentDigest,
      DIGEST,
      'and finds it again',
    );
  }
});

test('tests and image have the same version of Keycloak', () => {
  const [pin = ''] = findPins('services/stack/without-images/servers/get-keycloak.ts');
  assert.match(readText('docker-compose.yml'), new RegExp(`image: ${pin.replace(' ', ':')}(@|\n)`));
});

test('deploy/README.md names the images of docker-compose.yml with their versions', () => {
  const pinned = [
    ...readText('docker-compose.yml').matchAll(
      /(?:image|NODE_IMAGE): ([^\s@]+:[\w.-]+)(?:@\S+)?$/gm,
    ),
  ];
  const images = new Set(pinned.map(([, image]) => image));
  const rows = readText('deploy/README.md').match(/^\| .+ \|$/gm) ?? [];
  // The second column; a port or a setting has no dot after a colon.
  const named = rows.flatMap((row) =>
    [...(row.split('|')[2] ?? '').matchAll(/`([\w./-]+:\d+\.[\w.-]+)`/g)].map(([, image]) => image),
  );
  assert.equal(new Set(named).size, 6);
  for (const image of named) assert.ok(images.has(image), image);
});

/** Minimum versions; earlier ones have known vulnerabilities. */
const OLDEST: Readonly<Record<string, readonly number[]>> = {
  redis: [7, 4, 11],
  postgres: [16, 15],
  'edoburu/pgbouncer': [1, 25, 2],
  haproxy: [3, 2, 18],
  'quay.io/keycloak/keycloak': [26, 7, 4],
  'jaegertracing/jaeger': [2, 20, 0],
};

test('images have versions without known vulnerabilities', () => {
  for (const [name, oldest] of Object.entries(OLDEST)) {
    const [, tag = ''] =
      new RegExp(`image: ${name}:([^\\s@]+)`).exec(readText('docker-compose.yml')) ?? [];
    const version = tag
      .replace(/^v|-.*$/g, '')
      .split('.')
      .map(Number);
    const differs = oldest.findIndex((part, index) => part !== version[index]);
    assert.ok(differs === -1 || (version[differs] ?? 0) > (oldest[differs] ?? 0), `${name}:${tag}`);
  }
});
