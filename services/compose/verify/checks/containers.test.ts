import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Container, findWeaknesses } from './containers.ts';

const GOOD: Container = {
  Id: 'abc',
  Image: 'sha256:def',
  Name: '/aio-api-1',
  Config: { Image: 'aio-backend', User: '1000:1000', Labels: {} },
  State: { Status: 'running', Pid: 12, ExitCode: 0, StartedAt: '2026-11-26T01:00:00Z' },
  RestartCount: 0,
  HostConfig: {
    Memory: 2 ** 29,
    NanoCpus: 1e9,
    RestartPolicy: { Name: 'unless-stopped' },
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true'],
    PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1' }] },
  },
};

function withHost(changes: Partial<Container['HostConfig']>): Container {
  return { ...GOOD, HostConfig: { ...GOOD.HostConfig, ...changes } };
}

test('a container that follows every rule has no weakness', () => {
  assert.deepEqual(findWeaknesses(GOOD, { own: true }), []);
});

test('findWeaknesses names each broken rule', () => {
  const bare = withHost({
    Memory: 0,
    NanoCpus: 0,
    RestartPolicy: { Name: 'no' },
    ReadonlyRootfs: false,
    CapDrop: null,
    SecurityOpt: null,
    PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1' }, { HostIp: '' }] },
  });
  const found = findWeaknesses({ ...bare, Config: { ...GOOD.Config, User: '' } }, { own: true });
  assert.equal(found.length, 8);
  assert.ok(found.includes('opens a port to other machines'));
});

test('images of other projects may run as root and write', () => {
  const theirs = {
    ...withHost({ ReadonlyRootfs: false, CapDrop: null }),
    Config: { ...GOOD.Config, User: '' },
  };
  assert.deepEqual(findWeaknesses(theirs, { own: false }), []);
});
