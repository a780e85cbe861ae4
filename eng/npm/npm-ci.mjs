// Usage: node npm-ci.mjs FOLDER base|complete [PATH PREFIXES TO KEEP, separated by ';']
// Runs `npm ci` in FOLDER unless node_modules already holds what package-lock.json says. Several builds may call
// this at once: one works, the others wait. Install scripts of packages never run.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const WAIT_MS = 200;
const WAIT_COUNT_MAX = 3000; // ten minutes
const [folder, mode, keep] = process.argv.slice(2);
const modules = path.join(folder, 'node_modules');
const lockPath = path.join(folder, '.npm-ci.lock');

const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** What the stamp must hold for node_modules to be up to date. */
function wanted() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'package-lock.json']) hash.update(fs.readFileSync(path.join(folder, file)));
  return hash.update(keep ?? '').digest('hex');
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the folder's lock file; one left by a process that has died is removed. */
function takeLock() {
  for (let attempt = 0; attempt < WAIT_COUNT_MAX; attempt++) {
    try {
      fs.writeFileSync(lockPath, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(fs.existsSync(lockPath) ? fs.readFileSync(lockPath, 'utf8') : 0);
    if (owner > 0 && !isAlive(owner)) fs.rmSync(lockPath, { force: true });
    else sleep(WAIT_MS);
  }
  throw new Error(`${lockPath} is held by another build; delete it if no build is running.`);
}

function install() {
  const optional = mode === 'complete' ? '--include=optional' : '--omit=optional';
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', optional],
    { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  if (run.error) throw run.error;
  if (run.status !== 0) process.exitCode = run.status;
  return run.status === 0;
}

/** Deletes what no prefix names: some packages carry libraries for every platform, hundreds of megabytes. */
function prune(prefixes) {
  const files = fs.readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const name = path.relative(modules, file).replaceAll('\\', '/');
    if (!prefixes.some((prefix) => name.startsWith(prefix))) fs.rmSync(file);
  }
}

takeLock();
try {
  const digest = wanted();
  const stamp = path.join(modules, `.installed-${mode}`);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === digest) {
    fs.utimesSync(stamp, new Date(), new Date());
  } else if (install()) {
    if (keep) prune(keep.split(';').filter(Boolean));
    fs.writeFileSync(stamp, digest); // npm ci has deleted the other mode's stamp with everything else
  }
} finally {
  fs.rmSync(lockPath, { force: true });
}
