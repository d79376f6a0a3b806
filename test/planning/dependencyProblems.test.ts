import { ContainerModule, inject, injectable, LazyServiceIdentifier, named } from 'inversify';

import { Available } from '../../decorators/Available';
import { BackgroundDaemon } from '../../decorators/listeners';
import type { Availability } from '../../src/contracts/Availability';
import { PlanError, Problems } from '../../src/errors/Problem';
import { containing, matching, planOf, problemOf, problemsOf } from './support/planOf';

const moduleOf = (load: ConstructorParameters<typeof ContainerModule>[0]): ContainerModule => new ContainerModule(load);
const codesOf = async (given: Parameters<typeof planOf>[0]): Promise<string[]> =>
  (await problemsOf(given)).map(({ code }) => code);
const HERE = /Problems\.test\.ts:\d+:\d+\)$/;

@BackgroundDaemon()
class Database {}

@injectable()
class Query {}

@injectable()
class Zone {
  constructor(readonly query: Query) {}
}

@BackgroundDaemon()
class Top {
  constructor(readonly zone: Zone) {}
}

describe('everything that is wrong', () => {
  it('ends up in one error, what was found before included, and nothing is constructed', async () => {
    const constructed = jest.fn();
    @BackgroundDaemon({ interval: '1ms', dependsOn: ['databse'] })
    class Broken {
      constructor() {
        constructed();
      }
      tick(): void {}
    }
    const problems = new Problems();
    problems.add('CONFIG_UNREADABLE', { what: 'a file', fix: 'write it' });
    const error: unknown = await planOf({ listeners: [Broken, Database, Top], problems }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(PlanError);
    expect((error as PlanError).problems.map(({ code }) => code)).toEqual([
      'CONFIG_UNREADABLE',
      'INVALID_OPTION',
      'UNKNOWN_DEPENDENCY',
      'MISSING_BINDING',
    ]);
    expect(constructed).not.toHaveBeenCalled();
  });
});

describe('MISSING_BINDING', () => {
  it('has the whole path, and the file of each class', async () => {
    const problem = await problemOf({ listeners: [Top], services: [Zone] });
    expect(problem).toMatchObject({
      code: 'MISSING_BINDING',
      what: 'Nothing is bound to "Query", which "Zone" needs.',
      facts: { path: 'Top -> Zone -> Query', classes: [matching(HERE), 'Zone', 'Query'] },
    });
  });

  it('is said once, however many ways lead there', async () => {
    @BackgroundDaemon()
    class Other {
      constructor(readonly zone: Zone) {}
    }
    expect(await codesOf({ listeners: [Top, Other], services: [Zone] })).toEqual(['MISSING_BINDING']);
  });

  it('suggests the token that was meant, and follows an alias to what it lacks', async () => {
    @BackgroundDaemon()
    class Asking {
      constructor(@inject('slcak') readonly slack: unknown) {}
    }
    const slack = moduleOf(({ bind }) => void bind('slack').toConstantValue(1));
    expect((await problemOf({ listeners: [Asking], modules: [slack] })).what).toBe(
      'Nothing is bound to "slcak", which "Asking" needs. Did you mean "slack"?',
    );
    const alias = moduleOf(({ bind }) => void bind('slcak').toService('mail'));
    expect((await problemOf({ listeners: [Asking], modules: [alias] })).what).toContain('"mail"');
  });

  it('tells a name that no binding has', async () => {
    @BackgroundDaemon()
    class Asking {
      constructor(@inject('queue') @named('fast') readonly queue: unknown) {}
    }
    const slow = moduleOf(({ bind }) => void bind('queue').toConstantValue(1).whenNamed('slow'));
    expect(await problemOf({ listeners: [Asking], modules: [slow] })).toMatchObject({
      code: 'MISSING_BINDING',
      what: 'No binding of "queue" fits what "Asking" asks for.',
      facts: { name: 'fast' },
    });
  });

  it('is looked for in services that no listener reaches, but not in what a module only offers', async () => {
    expect(await codesOf({ services: [Zone] })).toEqual(['MISSING_BINDING']);
    expect(await codesOf({ modules: [moduleOf(({ bind }) => void bind(Zone).toSelf())] })).toEqual([]);
  });

  it('is not said of a binding that depends on who asks', async () => {
    @BackgroundDaemon()
    class Asking {
      constructor(@inject('queue') readonly queue: unknown) {}
    }
    const queues = moduleOf(({ bind }) => {
      bind('queue').toConstantValue(1).whenParentIs(Asking);
      bind('queue').toConstantValue(2).whenParentIs(Top);
    });
    const { listeners } = await planOf({ listeners: [Asking], modules: [queues] });
    expect(listeners.resolve<Asking>('asking').queue).toBe(1);
  });

  it('is said of one whose bindings are all for other parents', async () => {
    @BackgroundDaemon()
    class Asking {
      constructor(@inject('queue') readonly queue: unknown) {}
    }
    const queues = moduleOf(({ bind }) => void bind('queue').toConstantValue(2).whenParentIs(Top));
    expect(await codesOf({ listeners: [Asking], modules: [queues] })).toEqual(['MISSING_BINDING']);
  });
});

describe('AMBIGUOUS_BINDING', () => {
  it('lists the bindings and where they were made', async () => {
    @BackgroundDaemon()
    class Asking {
      constructor(readonly query: Query) {}
    }
    const twice = moduleOf(({ bind }) => void bind(Query).toSelf());
    expect(await problemOf({ listeners: [Asking], services: [Query], modules: [twice] })).toMatchObject({
      code: 'AMBIGUOUS_BINDING',
      facts: { path: 'Asking -> Query', bindings: ['Query (services[0])', 'Query (modules[0])'] },
    });
  });

  it('is said of a token that leads to two listeners, or to one under a condition', async () => {
    @BackgroundDaemon()
    class Second {}
    const both = moduleOf(({ bind }) => {
      bind('part').to(Database);
      bind('part').to(Second);
    });
    expect(await codesOf({ modules: [both] })).toEqual(['AMBIGUOUS_BINDING', 'AMBIGUOUS_BINDING']);
    const named = moduleOf(({ bind }) => void bind(Database).toSelf().whenNamed('main'));
    expect(await codesOf({ modules: [named] })).toEqual(['AMBIGUOUS_BINDING']);
  });
});

describe('MISSING_METADATA', () => {
  const given = (types: unknown[]): Parameters<typeof planOf>[0] => {
    class Asking {
      constructor(
        readonly a: unknown,
        readonly b: unknown,
      ) {}
    }
    Reflect.defineMetadata('design:paramtypes', [Query, ...types], Asking);
    BackgroundDaemon()(Asking);
    return { listeners: [Asking], services: [Query] };
  };

  it.each([
    [undefined, 'a circular import'],
    [Object, 'an interface, a union or a type alias, or it is imported with `import type`'],
    [Function, '`import type`, so that nothing is left'],
    [String, 'a primitive'],
    [Number, 'a primitive'],
    [Boolean, 'a primitive'],
    [Array, 'an array'],
  ])('names class, file, parameter and likely cause of %p', async (type, cause) => {
    expect(await problemOf(given([type]))).toMatchObject({
      code: 'MISSING_METADATA',
      what: 'It is not known what to inject into constructor parameter 1 of "Asking".',
      facts: { class: matching(HERE), 'likely cause': containing(cause) },
    });
  });

  it('says when the compiler has emitted nothing at all', async () => {
    @BackgroundDaemon()
    class Compiled {
      constructor(readonly query: Query) {}
    }
    Reflect.deleteMetadata('design:paramtypes', Compiled);
    expect(await problemOf({ listeners: [Compiled], services: [Query] })).toMatchObject({
      what: 'It is not known what to inject into the constructor of "Compiled".',
      facts: { 'likely cause': containing('emitDecoratorMetadata') },
    });
  });

  it('names the tool that has left out the types, where it has left a mark in the process', async () => {
    const tsx = Symbol('tsx:global-cjs-loader-count');
    Reflect.set(globalThis, tsx, 1);
    @BackgroundDaemon()
    class Compiled {
      constructor(readonly query: Query) {}
    }
    Reflect.deleteMetadata('design:paramtypes', Compiled);

    const problem = await problemOf({ listeners: [Compiled], services: [Query] });
    Reflect.deleteProperty(globalThis, tsx);

    expect(problem).toMatchObject({
      facts: { 'likely cause': containing('tsx compiles this process') },
      fix: containing('constructor(@inject(X) x: X); or run it with `daemonry run`'),
    });
  });

  it('names the base that declares the constructor, once', async () => {
    @injectable()
    class Base {
      constructor(readonly limit: number) {}
    }
    @BackgroundDaemon()
    class One extends Base {}
    @BackgroundDaemon()
    class Two extends Base {}
    expect((await problemOf({ listeners: [One, Two] })).what).toContain('of "Base"');
  });

  it('is said of a lazy identifier that leads nowhere, and of an undefined one', async () => {
    @BackgroundDaemon()
    class Lazy {
      constructor(@inject(new LazyServiceIdentifier(() => undefined as never)) readonly query: unknown) {}
    }
    @BackgroundDaemon()
    class Eager {
      constructor(@inject(undefined as never) readonly query: unknown) {}
    }
    expect(await codesOf({ listeners: [Lazy] })).toEqual(['MISSING_METADATA']);
    expect(await codesOf({ listeners: [Eager] })).toEqual(['MISSING_METADATA']);
  });

  it('is said of a lazy identifier whose function throws, with what it throws', async () => {
    @BackgroundDaemon()
    class Lazy {
      constructor(
        @inject(
          new LazyServiceIdentifier((): never => {
            throw new Error('no such token');
          }),
        )
        readonly query: unknown,
      ) {}
    }
    expect(await problemOf({ listeners: [Lazy] })).toMatchObject({
      code: 'MISSING_METADATA',
      what: '"Lazy" injects a lazy identifier whose function throws: no such token',
    });
  });

  it('is not said of what an override replaces', async () => {
    @injectable()
    class Unknown {
      constructor(readonly limit: number) {}
    }
    expect(await codesOf({ services: [Unknown], overrides: [[Unknown, {}]] })).toEqual([]);
  });
});

describe('dependsOn', () => {
  it('of an unknown name suggests the one that was meant', async () => {
    @BackgroundDaemon({ dependsOn: ['databse'] })
    class Sync {}
    expect(await problemOf({ listeners: [Sync, Database] })).toMatchObject({
      code: 'UNKNOWN_DEPENDENCY',
      what: '"sync" dependsOn "databse", and there is no such listener. Did you mean "database"?',
    });
  });

  it('of a class tells one that is no listener from one that is not here; wants minds only the first', async () => {
    @BackgroundDaemon({ dependsOn: [Query, Database], wants: [Zone, Database] })
    class Sync {}
    const problems = await problemsOf({ listeners: [Sync] });
    expect(problems.map(({ what }) => what)).toEqual([
      '"sync" dependsOn Query, which is no listener.',
      '"sync" dependsOn Database, which is not part of this application.',
      '"sync" wants Zone, which is no listener.',
    ]);
  });
});

describe('UNAVAILABLE_TARGET', () => {
  it('is said of a class that is no listener', async () => {
    @BackgroundDaemon()
    class Asking {
      constructor(@Available(Query) readonly available: Availability<object>) {}
    }
    const problem = await problemOf({ listeners: [Asking] });
    expect(problem.code).toBe('UNAVAILABLE_TARGET');
    expect(problem.what).toContain('names a class that is no listener');
  });
});
