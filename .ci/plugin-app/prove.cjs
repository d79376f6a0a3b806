'use strict';

const assert = require('node:assert/strict');
const { join } = require('node:path');

/** Boots an application with the installed plugin and an ES module that waits at its top level; ticks, asks, stops. */
module.exports = async function prove({ createApplication, Identities }, folder) {
  const lines = [];
  const app = await createApplication({
    name: 'ship',
    plugins: { enabled: ['marvin', 'eddie'], paths: ['plugins/eddie'] },
    logger: { log: (line) => lines.push(line) },
  });
  assert.deepEqual(
    app.plan.plugins.map(({ name, state, priority, reason }) => [name, state, priority, reason]),
    [
      ['marvin', 'enabled', 1, undefined],
      ['eddie', 'enabled', 2, undefined],
    ],
  );
  const installed = join(folder, 'node_modules', 'daemonry-plugin-marvin');
  assert.equal(app.plan.plugins[0].folder, installed);
  assert.match(app.plan.toText(), /marvin_sighs .* plugin marvin \(priority 1\)/);

  const ticked = new Promise((resolve) => {
    app.events.on('run.finished', resolve);
  });
  await app.start();
  assert.equal((await ticked).record.outcome, 'succeeded');

  const identity = await app.container.get(Identities).current();
  assert.equal(identity.source, 'plugin marvin');
  assert.equal(identity.metadata.folder, join(installed, 'identity'));
  assert.match(identity.prompt, /MARK OF THE INSTALLED COPY/);

  const { code } = await app.stop('proved');
  assert.equal(code, 0);
  assert.ok(lines.some(({ message, pluginName }) => message === 'At last.' && pluginName === 'marvin'));
};
