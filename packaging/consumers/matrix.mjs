import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

// Builds and runs the applications of this folder as the users of the package would, in every way that is supported.
//
//   node packaging/consumers/matrix.mjs <folder>
//
// The folder has both packages and their peers in node_modules, and each TypeScript under the name `ts-<version>`.
const HERE = import.meta.dirname;
const [place] = process.argv.slice(2);
const AT_A_TIME = 2;

const TYPESCRIPTS = ['5.9', '6.0', '7.0'];

/** Module settings of an application's tsconfig.json, each with the `type` of its package.json. */
const MODES = [
  { module: 'node16', type: 'module' },
  { module: 'node16', type: 'commonjs' },
  { module: 'nodenext', type: 'module' },
  { module: 'nodenext', type: 'commonjs' },
  { module: 'esnext', moduleResolution: 'bundler', type: 'module' },
  { module: 'commonjs', moduleResolution: 'bundler', type: 'commonjs' },
];

/** TypeScript 5 allows `bundler` only where modules stay modules. */
const isKnown = (version, { module, moduleResolution }) =>
  version !== '5.9' || module !== 'commonjs' || moduleResolution !== 'bundler';

/** Under node16 a CommonJS file cannot import an ES module, as inversify is one: TS1479. It has to be loaded. */
const LOADED = `import type { Container } from 'inversify' with { 'resolution-mode': 'import' };

export const userContainer = async (): Promise<typeof Container> => (await import('inversify')).Container;
`;

const title = ({ module, moduleResolution, type }) =>
  `${module}${moduleResolution === undefined ? '' : ` + ${moduleResolution}`}, ${type}`;

const cells = [
  ...['cjs', 'mjs'].map((ending) => ({ name: `JavaScript, main.${ending}`, run: () => javascript(`main.${ending}`) })),
  ...TYPESCRIPTS.flatMap((version) =>
    MODES.filter((mode) => isKnown(version, mode)).map((mode) => ({
      name: `TypeScript ${version}, ${title(mode)}`,
      run: () => typescript(version, mode),
    })),
  ),
  { name: 'TypeScript 7.0, node16, commonjs, a plain import of inversify: TS1479', run: refused },
  { name: 'TypeScript 6.0, nodenext, commonjs, the declarations of every entry point', run: declarations },
];

async function javascript(file) {
  cpSync(join(HERE, 'javascript'), join(place, 'javascript'), { recursive: true });
  await node([join(place, 'javascript', file)]);
}

async function typescript(version, mode) {
  const folder = application(`${version}-${title(mode)}`, mode);
  if (mode.module === 'node16' && mode.type === 'commonjs') {
    writeFileSync(join(folder, 'src/userContainer.ts'), LOADED);
  }
  await compile(version, folder);
  await node([join(folder, 'out/main.js')]);
}

async function refused() {
  const folder = application('refused', { module: 'node16', type: 'commonjs' });
  const output = await compile('7.0', folder).then(String, ({ message }) => message);
  const errors = output.split('\n').filter((line) => line.includes('error TS'));
  if (errors.length === 1 && errors[0].includes('TS1479')) return;
  throw new Error(`the compiler said something else, and docs/packaging.md has to change:\n${output}`);
}

/** Only what is wrong in the package itself counts: the declarations of client libraries are theirs. */
async function declarations() {
  const folder = application('declarations', { module: 'nodenext', type: 'commonjs' });
  // They extend what Jest and Vitest declare.
  const ofRunners = ['./testing/matchers', './jest-preset/environment', './vitest'];
  const paths = ['daemonry', '@daemonry/modules'].flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(place, 'node_modules', name, 'package.json'), 'utf8'));
    const own = Object.keys(exports).filter((path) => !path.endsWith('.json') && !ofRunners.includes(path));
    return own.map((path) => join(name, path));
  });
  const lines = paths.map((path, index) => `import entry${index} = require('${path}');`);
  const names = paths.map((_path, index) => `entry${index}`);
  writeFileSync(
    join(folder, 'src/everything.ts'),
    `${lines.join('\n')}\n\nexport const all = [${names.join(', ')}];\n`,
  );
  const output = await compile('6.0', folder).then(String, ({ message }) => message);
  const own = output.split('\n').filter((line) => /^(\S*node_modules\/@?daemonry\/|src\/)/.test(line));
  if (own.length > 0) throw new Error(own.join('\n'));
}

/** A copy of the application with this mode. */
function application(name, { type, ...options }) {
  const folder = join(place, 'cells', name.replaceAll(/[^\w.-]+/g, '-'));
  mkdirSync(folder, { recursive: true });
  cpSync(join(HERE, 'app'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type }));
  const tsconfig = JSON.parse(readFileSync(join(HERE, 'app/tsconfig.json'), 'utf8'));
  Object.assign(tsconfig.compilerOptions, { moduleResolution: options.module }, options);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  return folder;
}

const compile = (version, folder) => node([join(place, 'node_modules', `ts-${version}`, 'bin/tsc')], folder);

function node(args, cwd = place) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, timeout: 120_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${stdout}${stderr}` || error.message));
    });
  });
}

const failed = [];
const waiting = [...cells];
async function work() {
  for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
    const begun = performance.now();
    const problem = await cell.run().then(
      () => undefined,
      ({ message }) => message,
    );
    if (problem !== undefined) failed.push(cell);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} ${cell.name} (${seconds} s)`);
    if (problem !== undefined) console.error(problem);
  }
}
await Promise.all(Array.from({ length: AT_A_TIME }, work));
process.exitCode = failed.length === 0 ? 0 : 1;
