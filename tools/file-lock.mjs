import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** An install takes a minute at most, so an older lock belongs to a dead process. */
const STALE_AFTER_MS = 15 * 60_000;

/**
 * Takes a lock file that names this process, so that two installs never run at once. It takes over the lock of a
 * dead process.
 * @param {string} file
 * @param {() => void} onWait called once, if another process holds the lock
 * @returns {Promise<() => void>} releases the lock
 */
export async function holdLock(file, onWait) {
  let waited = false;
  while (!create(file)) {
    const holder = read(file);
    if (holder === undefined) continue;
    if (isAlive(holder, file)) {
      if (!waited) onWait();
      waited = true;
      await sleep(200);
    } else {
      takeAway(file, holder);
    }
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  return () => {
    process.removeListener('exit', release);
    release();
  };
}

function create(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(holder, file) {
  if (age(file) > STALE_AFTER_MS) return false;
  // Created a moment ago and not yet written: look again.
  if (holder === '') return true;
  try {
    process.kill(Number(holder), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Renames before it removes: another process that saw the same dead holder may hold the lock by now. */
function takeAway(file, deadHolder) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (read(aside) === deadHolder) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

function age(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
