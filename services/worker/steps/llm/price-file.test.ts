import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, after } from 'node:test';
import { readWorkerConfig } from '../../settings/config.ts';

const PRICE = { input: 0.5, cached: 0.05, cacheWrite: 0.5, output: 1 };
const HEAD = { date: '2026-12-01', sources: ['our contract'] };

describe('PRICES_FILE', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aio-prices-'));
  after(() => rmSync(folder, { recursive: true }));

  function write(content: unknown): string {
    const file = join(folder, 'prices.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  const read = (file: string) => readWorkerConfig({ PRICES_FILE: file });

  test('its prices replace built-in ones and add others', () => {
    const own = { 'openai/gpt-6-sol': PRICE, 'openai/local': PRICE };
    const { prices } = read(write({ ...HEAD, usdPerMTok: own }));
    assert.deepEqual(prices.get('openai/gpt-6-sol'), PRICE);
    assert.deepEqual(prices.get('openai/local'), PRICE);
    assert.equal(prices.get('openai/gpt-6-luna')?.input, 0.1);
  });

  test('an error names the file, the place in it and what to do', () => {
    const wrong = { ...PRICE, input: '0.5', cachedWrite: 1 };
    const file = write({ ...HEAD, usdPerMTok: { 'openai/x': wrong, gpt: PRICE } });
    assert.throws(
      () => read(file),
      ({ code, message }: Error & { code: string }) => {
        assert.equal(code, 'bad_environment');
        const lines = message.split('\n');
        const at = (place: string) => `PRICES_FILE ${file} at "/${place}": `;
        assert.deepEqual(lines.slice(0, -1), [
          `${at('usdPerMTok/gpt')}unknown field "gpt"; remove it`,
          `${at('usdPerMTok/openai~1x/cachedWrite')}unknown field "cachedWrite"; did you mean "cacheWrite"?`,
          `${at('usdPerMTok/openai~1x/input')}must be number, but is string; change its type`,
        ]);
        assert.match(lines.at(-1)!, /README.md has the format$/);
        return true;
      },
    );
    for (const output of [undefined, null, -1, 1e9])
      assert.throws(
        () => read(write({ ...HEAD, usdPerMTok: { 'openai/x': { ...PRICE, output } } })),
        /usdPerMTok\/openai~1x/,
        `${output}`,
      );
    assert.throws(() => read(write('{')), /is not JSON .*; correct it/);
    assert.throws(() => read(join(folder, 'none.json')), /cannot read .*ENOENT.*; mount it/);
  });

  test('a process with a wrong file exits with 78', () => {
    const main = join(import.meta.dirname, '../../config-main.ts');
    const env = { ...process.env, PRICES_FILE: write('{') };
    const { status, stderr } = spawnSync(process.execPath, [main], { env, encoding: 'utf8' });
    assert.equal(status, 78, stderr);
    assert.match(stderr, /^PRICES_FILE .* is not JSON/);
  });
});
