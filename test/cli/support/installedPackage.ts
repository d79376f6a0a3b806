import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
/** What is installed in `node_modules` by being built here. */
const OWN = ['daemonry', '@daemonry'];
const SOURCES = ['src', 'modules', 'decorators', 'templates'];

/**
 * A folder where `daemonry` and `@daemonry/modules` are installed as their users have them: built, in `node_modules`, beside what this repository has
 * installed. Applications below it find it there. Built once for each state of the sources.
 */
export function installedPackage(): string {
  const home = join(tmpdir(), `daemonry-installed-${fingerprint()}`);
  if (existsSync(home)) return home;
  const building = mkdtempSync(`${home}-`);
  const target = join(building, 'node_modules', 'daemonry');
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!OWN.includes(name)) symlinkSync(join(ROOT, 'node_modules', name), join(building, 'node_modules', name));
  }
  for (const part of ['package.json', 'templates', 'jest-preset', 'vitest-plugin']) {
    cpSync(join(ROOT, part), join(target, part), { recursive: true });
  }
  const modules = join(building, 'node_modules', '@daemonry', 'modules');
  mkdirSync(modules, { recursive: true });
  cpSync(join(ROOT, 'modules', 'package.json'), join(modules, 'package.json'));
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  for (const [project, folder] of [
    ['tsconfig.build.json', target],
    ['modules/tsconfig.build.json', modules],
  ] as const) {
    const options = ['-p', project, '--noCheck', '--outDir', join(folder, 'dist')];
    execFileSync(process.execPath, [compiler, ...options], { cwd: ROOT });
  }
  try {
    renameSync(building, home);
  } catch (error) {
    // Another worker was faster; what it has built is the same.
    if (!existsSync(home)) throw error;
  }
  return home;
}

function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package.json')));
  for (const folder of SOURCES) {
    const files = readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true }).filter((file) =>
      file.isFile(),
    );
    for (const path of files.map((file) => join(file.parentPath, file.name)).sort()) {
      hash.update(path).update(readFileSync(path));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
