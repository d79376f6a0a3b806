import { IsString } from 'class-validator';

import {
  type Availability,
  Available,
  BackgroundDaemon,
  Secret,
  Settings,
  type StartupContext,
  type TickContext,
} from '../../src';
import { createTestApplication } from '../../src/testing';

const SECRET = 'hunter2-and-more';

@Settings('vault')
class VaultSettings {
  @Secret()
  @IsString()
  password = SECRET;
}

describe('a secret', () => {
  it('is in nothing that an application shows, though its listeners put it everywhere', async () => {
    @BackgroundDaemon({ interval: '1h' })
    class Careless {
      constructor(readonly settings: VaultSettings) {}
      startup({ log }: StartupContext): void {
        log.info(`connecting with ${this.settings.password}`, { password: this.settings.password });
      }
      tick({ log }: TickContext): void {
        log.warn('about to fail', { settings: this.settings });
        throw new Error(`refused ${this.settings.password}`, { cause: new Error(this.settings.password) });
      }
      health(): never {
        return { status: 'down', details: { url: `https://me:${this.settings.password}@host` } } as never;
      }
      shutdown(): void {
        throw new Error(`bye ${this.settings.password}`);
      }
    }
    @BackgroundDaemon()
    class Off {
      constructor(readonly settings: VaultSettings) {}
      startup({ disable }: StartupContext): void {
        disable(`${this.settings.password} was refused`);
      }
    }
    @BackgroundDaemon()
    class Failing {
      constructor(readonly settings: VaultSettings) {}
      startup(): void {
        throw new Error(`no ${this.settings.password}`);
      }
    }
    const app = await createTestApplication({ listeners: [Careless, Off, Failing] });
    const shown: unknown[] = [app.plan, app.plan.toText(), app.plan.listeners];
    await app.start();
    await app.pause('careless', { by: 'ann', reason: SECRET });
    shown.push(await app.trigger('careless'), app.status(), await app.health(), app.runs('careless'));
    shown.push(await app.explain('careless', '2026-01-01T01:00:00Z'), await app.stop(SECRET), app.status(), app.logs);
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    expect(JSON.stringify(shown)).toContain('[redacted]');
  });

  it('is in no event, and not in what is remembered of an operator, though it was given as a reason', async () => {
    @BackgroundDaemon()
    class Off {
      constructor(readonly settings: VaultSettings) {}
      startup({ disable }: StartupContext): void {
        disable(`${this.settings.password} was refused`);
      }
    }
    @BackgroundDaemon({ interval: '1h' })
    class Steady {
      constructor(@Available(Off) readonly off: Availability<Off>) {}
      tick(): void {}
    }
    const app = await createTestApplication({ listeners: [Off, Steady] });
    const told: unknown[] = [];
    const names: string[] = [];
    app.events.onAny((name, event) => {
      names.push(name);
      told.push(event);
    });
    await app.start();
    told.push(app.listeners.resolve<Steady>('steady').off.current());
    const act = { listener: 'steady', by: `ann ${SECRET}`, reason: `for ${SECRET}` };
    await app.pause('steady', act);
    await app.resume('steady', act);
    await app.restart('steady', act);
    told.push(app.intents());
    for (const wrong of [
      { ...act, listener: SECRET },
      { action: `${'x'.repeat(95)}${SECRET}`, reason: SECRET },
    ])
      await expect(app.operate({ action: 'pause', kind: 'human', ...wrong } as never)).rejects.toThrow();
    await app.stop(`${'x'.repeat(8_185)}${SECRET}`);

    expect(JSON.stringify(told)).not.toContain('hunt');
    expect(names).toEqual(expect.arrayContaining(['listener.disabled', 'operator.refused', 'operator.acted']));
  });

  it('is not in the problems of a request, in whatever value it stands', async () => {
    @BackgroundDaemon({ interval: '1h' })
    class Steady {
      constructor(readonly settings: VaultSettings) {}
      tick(): void {
        return;
      }
    }
    const app = await createTestApplication({ listeners: [Steady] });
    await app.start();
    const long = `${'x'.repeat(95)}${SECRET}`;
    const values = [[SECRET], { a: { b: SECRET } }, [long], new Map([[SECRET, 1]]), { [SECRET]: 1 }, new Error(SECRET)];
    for (const interval of values) {
      const request = {
        action: 'reschedule',
        listener: 'steady',
        by: 'ann',
        kind: 'human',
        reason: 'a test',
        interval,
      };
      const refused = app.operate(request as never).catch((error: unknown) => String(error));
      const told = await refused;

      expect(told).toContain('"interval" must be a duration');
      expect(told).not.toContain('hunt');
    }
    await app.stop();
  });

  it('is not in the health of a listener, where it is cut, stands under a key, or in an answer that is none', async () => {
    const token = 'k3y-of-forty-characters-'.padEnd(40, 'x');
    @Settings('shop')
    class ShopSettings {
      @Secret()
      @IsString()
      token = token;
    }
    const answers = [
      { status: 'down', details: { answer: `${'.'.repeat(8_180)}${token}` } },
      { status: 'up', details: { headers: { authorization: 'Basic b3RoZXI6aHVudGVyMg==' }, cookie: 'hunter2' } },
      { status: 'down', details: { cause: Object.assign(new Error('401'), { config: 'https://me:hunter2@host' }) } },
      { state: 'down', password: 'hunter2', url: 'redis://me:hunter2@host' },
    ];
    @BackgroundDaemon()
    class Asked {
      constructor(readonly settings: ShopSettings) {}
      health(): never {
        return answers.shift() as never;
      }
    }
    const app = await createTestApplication({ listeners: [Asked] });
    await app.start();
    while (answers.length > 0) {
      const shown = JSON.stringify(await app.health());
      expect(shown).not.toMatch(/hunter2|b3RoZXI6|k3y-of/);
      await app.clock.advance('2s');
    }
    await app.stop();
  });
});
