import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTestFolder } from '../../testing/folder.ts';
import { listBases, listImages, parseImage } from './list-images.ts';

test('parseImage finds name and tag', () => {
  assert.deepEqual(parseImage('redis:7.4.7-bookworm'), { name: 'redis', tag: '7.4.7-bookworm' });
  assert.deepEqual(parseImage('localhost:5000/team/redis'), { name: 'redis', tag: 'latest' });
  assert.deepEqual(parseImage('quay.io/keycloak/keycloak:26.7.3@sha256:0ab'), {
    name: 'keycloak',
    tag: '26.7.3',
  });
});

test('listBases lists images, not stages', () => {
  const text = `ARG NODE_IMAGE
ARG TOOLS=alpine:3
# FROM comment:1
FROM \${NODE_IMAGE} AS build
RUN echo FROM inside:1
FROM --platform=linux/amd64 $TOOLS as tools
FROM build
FROM scratch
FROM \${NODE_IMAGE}
`;
  assert.deepEqual(listBases(text, { NODE_IMAGE: 'node:24' }), ['node:24', 'alpine:3']);
  assert.throws(() => listBases(text, {}), /build argument NODE_IMAGE has no value/);
});

test('listImages lists images of services and bases of AIO images, each once', (t) => {
  const context = makeTestFolder(t, 'images');
  writeFileSync(join(context, 'b.Dockerfile'), 'ARG BASE\nFROM ${BASE}\n');
  const build = { context, dockerfile: 'b.Dockerfile', args: { BASE: 'node:24' } };
  const services = {
    api: { image: 'aio-backend', build },
    worker: { image: 'aio-backend' },
    redis: { image: 'redis:7' },
    queue: { image: 'redis:7' },
  };
  assert.deepEqual(listImages({ services }), {
    own: ['aio-backend'],
    others: ['node:24', 'redis:7'],
  });
});
