import { Available } from '../../decorators/Available';
import { BackgroundDaemon, Listener, PeriodicTask } from '../../decorators/listeners';
import { Nested, Secret, Settings } from '../../decorators/settings';
import {
  availableMetadata,
  fieldMetadata,
  listenerMetadata,
  settingsMetadata,
  taskMetadata,
} from '../../src/contracts/metadata';

class Mailer {}

describe('A decorated class', () => {
  it('knows its kind, its options as they were given, and where it was decorated', () => {
    const options = { interval: '5m', fatalOnStartupFailure: true } as const;

    @BackgroundDaemon(options)
    class Daemon {
      tick(): void {}
    }
    @Listener({ name: 'mount' })
    class Mount {}

    expect(listenerMetadata(Daemon)).toMatchObject({ kind: 'daemon', options });
    expect(listenerMetadata(Mount)).toMatchObject({ kind: 'listener', options: { name: 'mount' } });
    expect(listenerMetadata(Daemon)?.location()).toMatch(/metadata\.test\.ts:\d+:\d+$/);
  });

  it('knows its place alone, also where no named function surrounds it', () => {
    const declare = (): abstract new () => object => {
      const classes = [0].map(() => {
        class Inner {}
        BackgroundDaemon()(Inner);
        return Inner;
      });
      return classes[0] as abstract new () => object;
    };
    const anonymous = (() => () => {
      class Inner {}
      BackgroundDaemon()(Inner);
      return Inner;
    })();
    for (const target of [declare(), anonymous()]) {
      expect(listenerMetadata(target)?.location()).toMatch(/^\S+metadata\.test\.ts:\d+:\d+$/);
    }
  });

  it('does not pass its options on to subclasses', () => {
    @BackgroundDaemon({ name: 'base' })
    class Base {}
    class Sub extends Base {}

    expect(listenerMetadata(Sub)).toBeUndefined();
  });

  it('is the class itself, and is not changed', () => {
    class Plain {}
    const before = Reflect.ownKeys(Plain);

    expect(BackgroundDaemon()(Plain)).toBeUndefined();
    expect(Reflect.ownKeys(Plain)).toEqual(before);
  });
});

describe('Periodic tasks', () => {
  class Base {
    @PeriodicTask({ interval: '1h' })
    compact(): void {}

    @PeriodicTask({ interval: '2h' })
    rotate(): void {}
  }

  it('are known by method, in order of declaration', () => {
    expect(taskMetadata(Base)).toEqual([
      { method: 'compact', options: { interval: '1h' } },
      { method: 'rotate', options: { interval: '2h' } },
    ]);
  });

  it('are inherited, with those of the base first', () => {
    class Sub extends Base {
      @PeriodicTask()
      extra(): void {}
    }

    expect(taskMetadata(Sub).map(({ method }) => method)).toEqual(['compact', 'rotate', 'extra']);
    expect(taskMetadata(Base)).toHaveLength(2);
  });

  it('have the options of the overriding method when it is decorated itself', () => {
    class Sub extends Base {
      @PeriodicTask({ interval: '9h' })
      override compact(): void {}

      override rotate(): void {}
    }

    expect(taskMetadata(Sub)).toEqual([
      { method: 'compact', options: { interval: '9h' } },
      { method: 'rotate', options: { interval: '2h' } },
    ]);
  });

  it('are none when nothing is decorated', () => {
    expect(taskMetadata(Mailer)).toEqual([]);
  });
});

describe('What a class says of its injections and fields', () => {
  it('holds each @Available, on parameters and properties, of this very class', () => {
    class Consumer {
      @Available(Mailer) readonly property!: unknown;

      constructor(
        readonly first: Mailer,
        @Available(Mailer) readonly second: unknown,
      ) {}
    }
    class Sub extends Consumer {}

    expect(availableMetadata(Consumer)).toEqual([
      { where: 1, target: Mailer },
      { where: 'property', target: Mailer },
    ]);
    expect(availableMetadata(Sub)).toEqual([]);
  });

  it('holds the key of a settings class, and its nested and secret fields with those of its bases', () => {
    class Base {
      @Secret() token = '';
    }
    @Settings('orders')
    class OrderSettings extends Base {
      @Nested(() => Mailer)
      @Secret()
      mailer = new Mailer();
    }

    const fields = fieldMetadata(OrderSettings);

    expect(settingsMetadata(OrderSettings)).toEqual({ key: 'orders' });
    expect(fields.get('token')).toEqual({ secret: true });
    expect(fields.get('mailer')?.secret).toBe(true);
    expect(fields.get('mailer')?.nested?.()).toBe(Mailer);
    expect(fieldMetadata(Base).size).toBe(1);
  });
});
