import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { findRecipe } from './recipes.ts';

test('findRecipe uses the last part of an image name', () => {
  const names = [
    'node:24.21.0-trixie-slim',
    'quay.io/keycloak/keycloak:26.7.4',
    'quay.io/prometheuscommunity/postgres-exporter:v0.19.1',
    'quay.io/prometheus/node-exporter:v1.12.1',
    'otel/opentelemetry-collector-contrib',
  ].map((reference) => basename(findRecipe(reference)?.folder ?? ''));
  assert.deepEqual(names, [
    'node',
    'keycloak',
    'postgres-exporter',
    'node-exporter',
    'opentelemetry-collector-contrib',
  ]);
});

test('Grafana has no stand-in, because no registry has a package', () => {
  assert.equal(findRecipe('grafana/grafana:13.2.3'), undefined);
});

test('a stand-in builds on the local Debian image and pulls nothing', () => {
  const recipe = findRecipe('redis:7');
  const text = readFileSync(join(recipe?.folder ?? '', 'Dockerfile'), 'utf8');
  assert.match(text, /^ARG DEBIAN\nFROM \$\{DEBIAN\}\n/m);
});
