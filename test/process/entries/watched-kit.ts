import { BackgroundDaemon } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

/** Blocks the event loop of a test application that asks for the watchdog, or does not, and prints what it was told. */
@BackgroundDaemon({ interval: '1m' })
class Spinner {
  tick(): void {
    for (const end = performance.now() + 900; performance.now() < end;);
  }
}

void (async () => {
  const app = await createTestApplication({
    listeners: [Spinner],
    watchdog: process.env['WATCHED'] === 'true',
    config: { values: { watchdog: { after: '200ms' } } },
  });
  app.events.on('loop.blocked', (event) => process.stdout.write(`${JSON.stringify({ blocked: event })}\n`));
  await app.start();
  // The thread needs a moment to come up, and another one to tell.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await app.tick('spinner');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  process.stdout.write(`debug: ${app.logs.map(({ message }) => message).join(' / ')}\n`);
  await app.stop();
})();
