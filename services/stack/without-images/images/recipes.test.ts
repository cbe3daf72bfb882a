import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { findRecipe } from './recipes.ts';

test('an image finds its stand-in by the last part of its name', () => {
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

test('there is no stand-in for what no registry of packages has', () => {
  assert.equal(findRecipe('grafana/grafana:13.2.3'), undefined);
});

test('a stand-in begins with what is made on this machine, and pulls nothing', () => {
  const recipe = findRecipe('redis:7');
  const text = readFileSync(join(recipe?.folder ?? '', 'Dockerfile'), 'utf8');
  assert.match(text, /^ARG DEBIAN\nFROM \$\{DEBIAN\}\n/m);
});
