'use strict';

const { readdirSync, writeFileSync } = require('node:fs');
const { join, posix, resolve, sep } = require('node:path');
const { buildSync } = require('esbuild');

/**
 * A step of a build: puts the files that an application loads into one, `src/engine.js`, and leaves in place of each a line
 * that takes it from there. Node spends more time on finding, reading and compiling 150 small files than on running them.
 *
 *   node packaging/engineFile.cjs <folder>   the folder of the build, from the root of the repository
 *
 * A module runs when it is first required, as before. The testing kit and the command line stay files of their own: they
 * take what they need of the engine by the lines that are left, so that there is one instance of each module. The watchdog's
 * thread shares no instance with anyone: its file has all that it needs, so that it does not load the engine again.
 */
const OWN_FILES = /^src\/(testing|cli)\//;
const THREAD = 'src/watchdog/watchdogThread.js';
const ENGINE = 'src/engine.js';

const root = resolve(__dirname, '..');
const folder = resolve(root, process.argv[2]);
const files = readdirSync(folder, { recursive: true })
  .map((file) => file.split(sep).join(posix.sep))
  .filter((file) => file.endsWith('.js') && !OWN_FILES.test(file) && file !== THREAD)
  .sort();

const modules = files.map((file) => `${JSON.stringify(file)}: () => require(${JSON.stringify(`./${file}`)}),`);
const options = {
  absWorkingDir: root,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none',
  logLevel: 'warning',
};
const contents = `module.exports = {\n${modules.join('\n')}\n};`;
const thread = join(folder, THREAD);
const built = [
  buildSync({ ...options, stdin: { contents, resolveDir: folder }, outfile: join(folder, ENGINE) }),
  // From its source, since esbuild leaves out only parts of ES modules that are not used.
  buildSync({ ...options, entryPoints: [THREAD.replace(/js$/, 'ts')], outfile: thread, allowOverwrite: true }),
];
if (built.some(({ warnings }) => warnings.length > 0)) process.exit(1);

const exportsOf = require(join(folder, ENGINE));
for (const file of files) {
  const engine = posix.relative(posix.dirname(file), ENGINE);
  const module = `require(${JSON.stringify(engine.startsWith('.') ? engine : `./${engine}`)})[${JSON.stringify(file)}]()`;
  // Node finds the names that an ES module can import by reading this file, not by running it.
  const names = Object.keys(exportsOf[file]()).join(', ');
  writeFileSync(
    join(folder, file),
    `"use strict";\nmodule.exports = ${module};\n0 && (module.exports = { ${names} });\n`,
  );
}
