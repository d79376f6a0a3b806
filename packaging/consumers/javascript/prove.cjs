'use strict';

const assert = require('node:assert/strict');

/** The application of a user who has no compiler: what decorators would do is called. Boots, ticks, stops. */
module.exports = async function prove({ BackgroundDaemon, createApplication, Settings }, { Container, inject }) {
  class GuestBook {
    entries = [];
  }

  class GreeterSettings {
    greeting = 'Hello';
  }
  Settings('greeter')(GreeterSettings);

  class Greeter {
    constructor(book, settings) {
      this.book = book;
      this.settings = settings;
    }

    tick({ task }) {
      this.book.entries.push(`${this.settings.greeting}, ${task}!`);
    }
  }
  inject(GuestBook)(Greeter, undefined, 0);
  inject(GreeterSettings)(Greeter, undefined, 1);
  BackgroundDaemon({ interval: '50ms' })(Greeter);

  const app = await createApplication({
    name: 'consumer',
    listeners: [Greeter],
    services: [GuestBook],
    config: { values: { greeter: { greeting: 'Hi' } } },
    logger: { log: () => undefined },
  });
  assert(app.container instanceof Container, 'two copies of inversify');

  const ticked = new Promise((resolve) => app.events.on('run.finished', resolve));
  await app.start();
  assert.equal((await ticked).record.outcome, 'succeeded');
  assert.equal(app.container.get(GuestBook).entries[0], 'Hi, tick!');
  const { code } = await app.stop('proved');
  assert.equal(code, 0);
  console.log('booted, ticked, stopped');
};
