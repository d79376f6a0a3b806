// Releases `daemonry` and `@daemonry/modules` together, with one version.
//
//   node tools/release.mjs 0.2.0             checks, bumps, builds, packs, commits and tags; then say `git push --follow-tags`
//   node tools/release.mjs 0.2.0 --publish   the same, and publishes both tarballs with provenance: for the release workflow
//   node tools/release.mjs --dry-run         checks and packs the version that is there, and changes nothing
//
// Ends with 1, and changes nothing, when something is in the way: it names all of it at once.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const VERSION = /^(\d+)\.(\d+)\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const TARBALLS = 'release';

/** Packages in the order in which they are published: the second needs the first. */
const PACKAGES = [
  { manifest: 'package.json', lockKey: '', select: [] },
  { manifest: 'modules/package.json', lockKey: 'modules', select: ['-w', 'modules'] },
];

const readText = (file) => readFileSync(file, 'utf8');
const readJson = (file) => JSON.parse(readText(file));
const writeJson = (file, value) => writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' });
const say = (text) => process.stdout.write(`${text}\n`);

class Refusal extends Error {
  constructor(problems) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

function main() {
  const { values: flags, positionals } = parseArgs({
    options: { 'dry-run': { type: 'boolean', default: false }, publish: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const dry = flags['dry-run'];
  const version = positionals[0] ?? (dry ? readJson('package.json').version : undefined);
  if (version === undefined || !VERSION.test(version) || positionals.length > 1) {
    throw new Refusal(['Give the version to release, such as 0.2.0.']);
  }

  const wrong = problemsOfTheContents(version);
  const inTheWay = problemsOfTheCheckout(version, flags.publish);
  if (wrong.length > 0 || (!dry && inTheWay.length > 0)) throw new Refusal([...wrong, ...inTheWay]);
  for (const problem of inTheWay) say(`a release would be refused here: ${problem}`);

  const steps = stepsOf(version, flags.publish);
  for (const { does, act, actDry } of steps) {
    say(`${dry ? 'would ' : ''}${does}`);
    if (!dry) act();
    else actDry?.();
  }
  say(dry ? `dry run of ${version}: nothing was changed` : `released ${version}: git push --follow-tags`);
}

/** The reasons why the files cannot be released as `version`. They hold on every branch. */
function problemsOfTheContents(version) {
  const [engine, modules] = PACKAGES.map(({ manifest }) => readJson(manifest));
  const lock = readJson('package-lock.json');
  const problems = [];
  if (engine.version !== modules.version) {
    problems.push(`package.json has version ${engine.version}, and modules/package.json ${modules.version}.`);
  }
  const range = modules.peerDependencies?.daemonry;
  if (range !== `~${minorOf(engine.version)}.0`) {
    problems.push(
      `modules/package.json wants daemonry ${range}: the peer is the same minor, ~${minorOf(engine.version)}.0.`,
    );
  }
  for (const { lockKey, manifest } of PACKAGES) {
    if (lock.packages[lockKey]?.version !== readJson(manifest).version) {
      problems.push(`package-lock.json has another version than ${manifest}: npm install writes it.`);
    }
  }
  if (entriesOf(version) === '') problems.push(`CHANGELOG.md has no entries under "## [${version}]".`);
  if (isEarlier(version, engine.version)) problems.push(`${version} is earlier than ${engine.version}.`);
  return problems;
}

/** The reasons why `version` cannot be released, or published, from this checkout as it stands now. */
function problemsOfTheCheckout(version, publish) {
  const problems = [];
  const changed = git('status', '--porcelain');
  if (changed !== '') problems.push(`There are changes that are not committed:\n${changed}`);
  const branch = git('rev-parse', '--abbrev-ref', 'HEAD');
  if (branch !== 'main') problems.push(`This is the branch ${branch}, and releases are made of main.`);
  if (git('tag', '--list', `v${version}`) !== '') problems.push(`The tag v${version} is there already.`);
  for (const { manifest } of publish ? PACKAGES : []) {
    if (readJson(manifest).repository === undefined) {
      problems.push(`${manifest} names no repository, and provenance is about one.`);
    }
  }
  return problems;
}

function stepsOf(version, publish) {
  const tarballs = PACKAGES.map(({ manifest }) => `${TARBALLS}/${tarballOf(readJson(manifest).name, version)}`);
  return [
    { does: `set the version ${version}, and date it in CHANGELOG.md`, act: () => bump(version) },
    { does: 'build', act: () => run('npm', 'run', 'build') },
    { does: `make the folder ${TARBALLS}/`, act: () => mkdirSync(TARBALLS, { recursive: true }) },
    ...PACKAGES.map((one, index) => ({
      does: `pack ${tarballs[index]}`,
      act: () => pack(one, '--pack-destination', TARBALLS),
      actDry: () => pack(one, '--dry-run'),
    })),
    { does: `commit, and tag v${version}`, act: () => commit(version) },
    ...(publish ? tarballs : []).map((tarball) => ({
      does: `publish ${tarball} with provenance`,
      act: () => run('npm', 'publish', `./${tarball}`, '--provenance', '--access', 'public'),
    })),
  ];
}

function bump(version) {
  const lock = readJson('package-lock.json');
  lock.version = version;
  for (const { manifest, lockKey } of PACKAGES) {
    const written = { ...readJson(manifest), version };
    if (written.peerDependencies?.daemonry !== undefined) {
      written.peerDependencies.daemonry = `~${minorOf(version)}.0`;
      lock.packages[lockKey].peerDependencies.daemonry = `~${minorOf(version)}.0`;
    }
    lock.packages[lockKey].version = version;
    writeJson(manifest, written);
  }
  writeJson('package-lock.json', lock);
  const today = new Date().toISOString().slice(0, 10);
  const anchor = version.replaceAll('.', '');
  const dated = readText('CHANGELOG.md')
    .replace(`## [${version}] - Unreleased`, `## [${version}] - ${today}`)
    .replace(`#${anchor}---unreleased`, `#${anchor}---${today}`);
  writeFileSync('CHANGELOG.md', dated);
}

/** Packs one package, and refuses one that lacks a file which its `exports` name: it was not built. */
function pack({ manifest, select }, ...flags) {
  const args = ['pack', '--ignore-scripts', '--json', ...select, ...flags];
  const output = execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const [{ files }] = Object.values(JSON.parse(output));
  const packed = new Set(files.map(({ path }) => path));
  const missing = Object.values(readJson(manifest).exports ?? {})
    .map((target) => (typeof target === 'string' ? target : target.default).replace(/^\.\//, ''))
    .filter((path) => !packed.has(path));
  if (missing.length > 0) throw new Refusal([`${manifest} exports ${missing[0]}, which is not packed: npm run build.`]);
}

function commit(version) {
  git('add', 'package.json', 'modules/package.json', 'package-lock.json', 'CHANGELOG.md');
  // The version may have been there: then only the date is new, or nothing.
  if (git('diff', '--cached', '--name-only') !== '') git('commit', '--message', `Release ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `daemonry ${version}`);
}

/** The text of the section of `version` in CHANGELOG.md, without its headings. */
function entriesOf(version) {
  const sections = readText('CHANGELOG.md').split(/^## /m);
  const section = sections.find((text) => text.startsWith(`[${version}]`)) ?? '';
  return section
    .split('\n')
    .slice(1)
    .filter((line) => /^\s*[-*] /.test(line))
    .join('\n');
}

const minorOf = (version) => VERSION.exec(version)?.slice(1, 3).join('.');

/** The name that `npm pack` gives to the tarball of a package. */
const tarballOf = (name, version) => `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;

/** Compares numbers only: a prerelease counts as its version. */
function isEarlier(version, other) {
  const [a, b] = [version, other].map((text) => text.split('-')[0].split('.').map(Number));
  const differs = a.findIndex((number, index) => number !== b[index]);
  return differs !== -1 && a[differs] < b[differs];
}

try {
  main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  for (const problem of error.problems) process.stderr.write(`refused: ${problem}\n`);
  process.exitCode = 1;
}
