import { BackgroundDaemon } from '../../src';
import { createTestApplication } from '../../src/testing';
import { forever } from '../support/givenListener';

describe('Whatever became of it, a due moment has its record when the application has stopped:', () => {
  it('one of the very instant in which a tick has begun the stop', async () => {
    let stop: () => void = () => undefined;
    @BackgroundDaemon({ name: 'first', interval: '1s' })
    class First {
      tick(): void {
        stop();
      }
    }
    @BackgroundDaemon({ name: 'second', interval: '1s' })
    class Second {
      tick(): void {}
    }
    const app = await createTestApplication({ listeners: [First, Second] });
    stop = () => void app.stop('seen enough');
    await app.start();
    await app.clock.advance('1s');

    await app.stop();

    expect(app.runs('first')).toMatchObject([{ outcome: 'cancelled' }]);
    expect(app.runs('second')).toMatchObject([{ outcome: 'skipped', reason: 'draining' }]);
    expect(app.status().listeners[1]?.tasks[0]?.counters).toMatchObject({ skipped: 1 });
  });

  it('one whose tick goes on although a restart and then the stop have aborted it', async () => {
    @BackgroundDaemon({ name: 'deaf', interval: '1s', shutdownTimeout: '10s' })
    class Deaf {
      tick(): Promise<void> {
        return forever();
      }
    }
    const values = { shutdown: { grace: '2s' } };
    const app = await createTestApplication({ listeners: [Deaf], settleMs: 5, leaks: 'ignore', config: { values } });
    await app.start();
    await app.clock.advance('1s');
    const asked = app.tick('deaf');
    void app.restart('deaf', { by: 'kim', reason: 'new token' }).catch(() => undefined);

    const stopping = app.stop();
    await app.clock.advance('3s');
    const report = await stopping;

    expect(app.runs('deaf')).toMatchObject([{ outcome: 'cancelled' }, { outcome: 'skipped', reason: 'overlap' }]);
    expect(await asked).toMatchObject({ outcome: 'skipped' });
    expect(report.listeners).toMatchObject([
      { state: 'shutdown_failed', error: { message: expect.stringContaining('ticks') as string } },
    ]);
  });
});
