import assert from 'node:assert/strict';

import { createApplication, type RunEvent } from 'daemonry';

import { Greeter } from './Greeter.js';
import { GuestBook } from './GuestBook.js';
import { userContainer } from './userContainer.js';

type IsAny<T> = 0 extends 1 & T ? true : false;

async function main(): Promise<void> {
  const app = await createApplication({
    name: 'consumer',
    listeners: [Greeter],
    services: [GuestBook],
    config: { values: { greeter: { greeting: 'Hi' } } },
    logger: { log: () => undefined },
  });
  const typed: IsAny<typeof app.container> = false;
  assert.equal(typed, false);
  assert(app.container instanceof (await userContainer()), 'two copies of inversify');

  const ticked = new Promise<RunEvent>((resolve) => app.events.on('run.finished', resolve));
  await app.start();
  assert.equal((await ticked).record.outcome, 'succeeded');
  assert.equal(app.container.get(GuestBook).entries[0], 'Hi, tick!');
  const { code } = await app.stop('proved');
  assert.equal(code, 0);
  console.log('booted, ticked, stopped');
}

void main();
