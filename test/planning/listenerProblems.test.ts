import { ContainerModule, injectable } from 'inversify';

import { BackgroundDaemon, Listener, PeriodicTask } from '../../decorators/listeners';
import { containing, matching, planOf, problemOf, problemsOf } from './support/planOf';

const moduleOf = (load: ConstructorParameters<typeof ContainerModule>[0]): ContainerModule => new ContainerModule(load);
const codesOf = async (given: Parameters<typeof planOf>[0]): Promise<string[]> =>
  (await problemsOf(given)).map(({ code }) => code);
const HERE = /Problems\.test\.ts:\d+:\d+\)$/;

@BackgroundDaemon()
class Database {}

@injectable()
class Query {}

describe('NOT_A_SINGLETON', () => {
  it('is said of a listener with another scope, by its class or by its binding', async () => {
    @injectable('Transient')
    @BackgroundDaemon()
    class Fleeting {}
    expect(await problemOf({ listeners: [Fleeting] })).toMatchObject({
      code: 'NOT_A_SINGLETON',
      what: 'The listener "Fleeting" is bound in transient scope.',
    });
    const request = moduleOf(({ bind }) => void bind(Database).toSelf().inRequestScope());
    expect(await codesOf({ modules: [request] })).toEqual(['NOT_A_SINGLETON']);
  });

  it('is not said when the author marks it as a singleton', async () => {
    @injectable('Singleton')
    @BackgroundDaemon()
    class Marked {}
    expect(await codesOf({ listeners: [Marked] })).toEqual([]);
  });
});

describe('names', () => {
  it('that are taken are reported with both owners', async () => {
    @Listener({ name: 'database' })
    class Other {}
    const problem = await problemOf({
      listeners: [Database],
      modules: [moduleOf(({ bind }) => void bind(Other).toSelf())],
    });
    expect(problem).toMatchObject({
      code: 'DUPLICATE_NAME',
      facts: {
        first: matching(/^Database \(.*Problems\.test\.ts.*\), listeners\[0\]$/),
        second: matching(/^Other \(.*Problems\.test\.ts.*\), modules\[0\]$/),
      },
    });
  });

  it('of one class from two copies of its file are told apart', async () => {
    const copy = (): new () => object => {
      @BackgroundDaemon()
      class Copied {}
      return Copied;
    };
    const problem = await problemOf({ listeners: [copy(), copy()] });
    expect(problem.code).toBe('DUPLICATE_NAME');
    expect(problem.fix).toContain('two copies of its file');
  });
});

describe('DUPLICATE_CLASS', () => {
  it('is said of a listener given twice, and of one bound under two identifiers', async () => {
    expect(await problemOf({ listeners: [Database, Database] })).toMatchObject({
      code: 'DUPLICATE_CLASS',
      facts: { first: 'listeners[0]', second: 'listeners[1]', class: matching(HERE) },
    });
    const again = moduleOf(({ bind }) => void bind('database').to(Database));
    expect(await problemOf({ listeners: [Database], modules: [again] })).toMatchObject({
      code: 'DUPLICATE_CLASS',
      facts: { first: 'listeners[0]', second: 'modules[0]' },
    });
  });

  it('is said of a service given twice', async () => {
    expect(await codesOf({ services: [Query, Query] })).toEqual(['DUPLICATE_CLASS']);
  });
});

describe('what is given as a listener', () => {
  it('must be decorated: an ordinary class belongs into services', async () => {
    const problem = await problemOf({ listeners: [Query] });
    expect(problem).toMatchObject({ code: 'NOT_A_LISTENER', facts: { given: 'listeners[0]' } });
    expect(problem.fix).toContain('give it in `services`');
  });

  it('must be decorated itself: options are not inherited', async () => {
    class Sub extends Database {}
    expect((await problemOf({ listeners: [Sub] })).fix).toContain(
      'options are not inherited, and only its base "Database"',
    );
  });

  it('must be a class', async () => {
    const given = [undefined, new Database(), () => Database, async () => new Database()];
    const problems = await problemsOf({ listeners: given as never });
    expect(problems.map(({ code, what }) => [code, what])).toEqual(
      given.map((_each, index) => ['NOT_A_LISTENER', `listeners[${index}] is no class.`]),
    );
    expect(problems[0]?.facts?.['given']).toContain('circular import');
    expect(problems[2]?.fix).toContain('nor a function that returns one');
  });

  it('must be a class among the services, too: a function that makes one is bound in a module', async () => {
    const problem = await problemOf({ services: [() => new Query()] as never });
    expect(problem).toMatchObject({ code: 'MISSING_BINDING', what: 'services[0] is no class.' });
    expect(problem.fix).toContain('what a function makes, is bound in a ContainerModule');
  });

  it('must have a name, which a static member of its class may hide', async () => {
    class Hidden {
      static name = (): string => 'hidden';
    }
    BackgroundDaemon()(Hidden);
    const unnamed = [class {}] as const;
    BackgroundDaemon()(unnamed[0]);
    expect(await problemOf({ listeners: [Hidden] })).toMatchObject({
      code: 'INVALID_NAME',
      what: '"" cannot be the name of the listener (anonymous class).',
    });
    expect(await problemOf({ listeners: unnamed })).toMatchObject({
      code: 'INVALID_NAME',
      what: '"" cannot be the name of the listener (anonymous class).',
    });
  });

  it('must not be given as a service', async () => {
    expect(await problemOf({ services: [Database] })).toMatchObject({ code: 'MISUSED_DECORATOR' });
  });
});

describe('REBOUND_LISTENER', () => {
  it('is said when a module takes a listener away, or puts something else in its place', async () => {
    const away = moduleOf(({ unbind }) => {
      unbind(Database);
    });
    expect(await codesOf({ listeners: [Database], modules: [away] })).toEqual(['REBOUND_LISTENER']);
    const replaced = moduleOf(({ rebind }) => void rebind('database').toConstantValue({}));
    const bound = moduleOf(({ bind }) => void bind('database').to(Database));
    expect(await codesOf({ modules: [bound, replaced] })).toEqual(['REBOUND_LISTENER']);
    const impostor = moduleOf(({ bind }) => void bind(Database).to(Query));
    expect(await codesOf({ modules: [impostor] })).toEqual(['REBOUND_LISTENER']);
  });
});

describe('modules', () => {
  it('that throw are MODULE_FAILED, synchronous or not', async () => {
    const problem = await problemOf({
      modules: [
        moduleOf(() => {
          throw new Error('no licence');
        }),
      ],
    });
    expect(problem).toMatchObject({ code: 'MODULE_FAILED', what: 'modules[0] threw while it was loaded: no licence' });
    expect(await codesOf({ modules: [moduleOf(() => Promise.reject(new Error('late')))] })).toEqual(['MODULE_FAILED']);
  });

  it.each([
    [Promise.resolve(moduleOf(() => undefined)), 'a promise'],
    [() => moduleOf(() => undefined), 'the function (anonymous)'],
    [undefined, 'undefined'],
    [{ id: 'x' }, 'an object of the class Object'],
  ])('that are none are MODULE_FAILED: %p', async (given, described) => {
    expect(await problemOf({ modules: [given as never] })).toMatchObject({
      code: 'MODULE_FAILED',
      facts: { given: described },
    });
  });

  it('of another copy of inversify are FOREIGN_CONTAINER, with both paths', async () => {
    let foreign: ContainerModule | undefined;
    jest.isolateModules(() => {
      const copy = jest.requireActual<{ ContainerModule: typeof ContainerModule }>('inversify');
      foreign = new copy.ContainerModule(() => undefined);
    });
    expect(await problemOf({ modules: [foreign as ContainerModule] })).toMatchObject({
      code: 'FOREIGN_CONTAINER',
      facts: {
        'inversify in use': containing('node_modules/inversify'),
        'inversify of the module': expect.any(String) as string,
      },
    });
  });
});

describe('tasks', () => {
  it('outside a daemon are TASK_OUTSIDE_DAEMON: on a @Listener, a service, an undecorated subclass', async () => {
    class Tasked {
      @PeriodicTask({ interval: '1h' })
      compact(): void {}
    }
    @Listener()
    class Mount extends Tasked {}
    @BackgroundDaemon()
    class Daemon extends Tasked {}
    class Sub extends Daemon {}
    const problems = await problemsOf({ listeners: [Mount, Daemon], services: [Tasked, Sub] });
    expect(problems.map(({ code, what }) => `${code} ${what.split(' ')[0]}`)).toEqual([
      'TASK_OUTSIDE_DAEMON "Mount"',
      'TASK_OUTSIDE_DAEMON "Tasked"',
      'TASK_OUTSIDE_DAEMON "Sub"',
    ]);
    expect(problems[2]?.fix).toContain('options are not inherited');
  });

  it('of one name are DUPLICATE_TASK', async () => {
    @BackgroundDaemon()
    class Twice {
      @PeriodicTask({ name: 'x' })
      one(): void {}
      @PeriodicTask({ name: 'x' })
      two(): void {}
    }
    expect(await codesOf({ listeners: [Twice] })).toEqual(['DUPLICATE_TASK']);
  });

  it.each([
    [{ cron: 'often' }, 'is no cron pattern'],
    [{ cron: '0 0 30 2 *' }, 'is never due'],
  ])('with a schedule that cannot be are INVALID_SCHEDULE: %p', async (options, complaint) => {
    @BackgroundDaemon(options)
    class Sync {
      tick(): void {}
    }
    const problem = await problemOf({ listeners: [Sync] });
    expect(problem.code).toBe('INVALID_SCHEDULE');
    expect(problem.what).toContain('The schedule of "sync.tick"');
    expect(problem.what).toContain(complaint);
  });

  it('in a time zone that does not exist are reported', async () => {
    @BackgroundDaemon({ cron: '0 3 * * *', timeZone: 'Mars/Olympus' })
    class Sync {
      tick(): void {}
    }
    const problem = await problemOf({ listeners: [Sync] });
    expect(JSON.stringify(problem)).toContain('Mars/Olympus');
  });
});
