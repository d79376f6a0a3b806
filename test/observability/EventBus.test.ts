import { currentExecution, runInExecution } from '../../src/execution/ExecutionContext';
import { HookCall } from '../../src/execution/CallContext';
import { EventBus } from '../../src/observability/EventBus';

describe('The events of an application', () => {
  const givenBus = () => {
    const failures: unknown[] = [];
    return { bus: new EventBus((name, error) => failures.push([name, error])), failures };
  };

  it('reach those who asked for that name, with their payload, in subscription order', () => {
    const { bus } = givenBus();
    const heard: string[] = [];
    bus.on('listener.starting', ({ listener }) => heard.push(`first ${listener}`));
    bus.on('listener.starting', ({ listener }) => heard.push(`second ${listener}`));
    bus.on('listener.stopping', () => heard.push('never'));

    bus.emit('listener.starting', { listener: 'a' });

    expect(heard).toEqual(['first a', 'second a']);
  });

  it('reach whoever asked for all, with their name', () => {
    const { bus } = givenBus();
    const heard: unknown[] = [];
    bus.onAny((name, event) => heard.push([name, event]));

    bus.emit('listener.starting', { listener: 'a' });
    bus.emit('application.stopping', { reason: 'done' });

    expect(heard).toEqual([
      ['listener.starting', { listener: 'a' }],
      ['application.stopping', { reason: 'done' }],
    ]);
  });

  it('no longer reach whoever took the subscription back', () => {
    const { bus } = givenBus();
    const heard: string[] = [];
    const endOne = bus.on('listener.starting', () => heard.push('one'));
    const endAny = bus.onAny(() => heard.push('any'));

    endOne();
    endAny();
    bus.emit('listener.starting', { listener: 'a' });

    expect(heard).toEqual([]);
  });

  it.each<[how: string, subscribe: (bus: EventBus, fn: () => void) => () => void]>([
    ['that name', (bus, fn) => bus.on('listener.starting', fn)],
    ['all', (bus, fn) => bus.onAny(fn)],
  ])(
    'reach whoever subscribes anew within a subscriber of %s with the next event, and once each',
    (_how, subscribe) => {
      const { bus } = givenBus();
      let heard = 0;
      const again = (): void => {
        const end = subscribe(bus, () => {
          end();
          // Without an end, the bus would call it for ever.
          if (++heard < 100) again();
        });
      };
      again();

      bus.emit('listener.starting', { listener: 'a' });
      expect(heard).toBe(1);

      bus.emit('listener.starting', { listener: 'a' });
      expect(heard).toBe(2);
    },
  );

  it('no longer reach whoever another subscriber has just taken out', () => {
    const { bus } = givenBus();
    const heard: string[] = [];
    bus.on('listener.starting', () => {
      endOne();
      endAny();
    });
    const endOne = bus.on('listener.starting', () => heard.push('one'));
    const endAny = bus.onAny(() => heard.push('any'));

    bus.emit('listener.starting', { listener: 'a' });

    expect(heard).toEqual([]);
  });

  it('reach a function once for each of its subscriptions, until that one is taken back', () => {
    const { bus } = givenBus();
    let heard = 0;
    const listen = (): void => void heard++;
    const endOne = bus.on('listener.starting', listen);
    bus.on('listener.starting', listen);
    const endAny = bus.onAny(listen);
    bus.onAny(listen);

    bus.emit('listener.starting', { listener: 'a' });
    expect(heard).toBe(4);

    endOne();
    endAny();
    endOne();
    bus.emit('listener.starting', { listener: 'a' });
    expect(heard).toBe(6);
  });

  it('are known beforehand to be heard or not, so that nothing is made for nobody', () => {
    const { bus } = givenBus();
    expect(bus.hears('listener.starting')).toBe(false);

    const endOne = bus.on('listener.starting', () => undefined);
    expect(bus.hears('listener.starting')).toBe(true);
    expect(bus.hears('listener.stopping')).toBe(false);
    endOne();
    expect(bus.hears('listener.starting')).toBe(false);

    bus.onAny(
      () => undefined,
      (name, outcome) => name === 'run.finished' && outcome === 'failed',
    );
    expect(bus.hears('listener.starting')).toBe(false);
    expect(bus.hears('run.finished', 'succeeded')).toBe(false);
    expect(bus.hears('run.finished', 'failed')).toBe(true);

    const endAny = bus.onAny(() => undefined);
    expect(bus.hears('listener.starting')).toBe(true);
    endAny();
    expect(bus.hears('listener.starting')).toBe(false);
  });

  it('reach the others when a subscriber throws, and the error is told', () => {
    const { bus, failures } = givenBus();
    const heard: string[] = [];
    const error = new Error('broken subscriber');
    bus.on('listener.starting', () => {
      throw error;
    });
    bus.on('listener.starting', () => heard.push('other'));
    bus.onAny(() => heard.push('any'));

    bus.emit('listener.starting', { listener: 'a' });

    expect(heard).toEqual(['other', 'any']);
    expect(failures).toEqual([['listener.starting', error]]);
  });

  it('are awaited by nobody, but what a returned promise rejects with is told', async () => {
    const { bus, failures } = givenBus();
    const error = new Error('broken later');
    const failLater = (): unknown => Promise.reject(error);
    bus.on('listener.starting', failLater);
    bus.onAny(failLater);

    bus.emit('listener.starting', { listener: 'a' });
    expect(failures).toEqual([]);
    await new Promise(setImmediate);

    expect(failures).toEqual([
      ['listener.starting', error],
      ['listener.starting', error],
    ]);
  });

  it('belong to no hook, whoever’s hook made them happen', () => {
    const { bus } = givenBus();
    const heard: unknown[] = [];
    bus.onAny(() => heard.push(currentExecution()));
    const clock = { now: () => 0, at: () => ({ cancel: () => undefined }) };
    const host = {
      sessionId: 's',
      clock,
      logger: () => undefined as never,
      requestShutdown: () => undefined,
      redact: String,
    };

    runInExecution(new HookCall(host, 'a', 'startup'), () => {
      bus.emit('listener.starting', { listener: 'a' });
      heard.push(currentExecution()?.listener);
    });

    expect(heard).toEqual([undefined, 'a']);
  });
});
